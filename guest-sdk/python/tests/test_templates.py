"""The templates' examples, on batches of dictionaries."""

import os
import unittest
from pathlib import Path

from tests import stand_ins

stand_ins.install()


def example(kind: str) -> dict[str, object]:
    """The module that the template of this kind makes."""
    folder = Path(os.environ.get("TEMPLATES", "../../host/templates/python"))
    source = (folder / kind / "strategy.py").read_text()
    module: dict[str, object] = {}
    exec(source.replace("{{ name }}", "example"), module)
    return module


class Examples(unittest.TestCase):
    def test_failed_stacks_are_found(self) -> None:
        module = example("stack-strategy")
        stack = {"status": "CREATE_FAILED", "target_label": "Sales", "region": "eu-west-1", "error": ""}
        [found] = module["StackEvaluation"]().evaluate(stand_ins.Batch(stack), stand_ins.asked())
        self.assertEqual(found.text, "CloudFormation reports CREATE_FAILED for Sales.")
        self.assertEqual((found.since, found.attributes), (None, [("Region", "eu-west-1")]))
        self.assertIn('"kind": "stack-strategy"', module["Plugin"]().describe())

    def test_rows_whose_date_has_passed_are_found(self) -> None:
        rows = ({"id": "r1", "day/due": 20_607}, {"id": "r2", "day/due": 20_608}, {"id": "r3"})
        evaluation = example("record-strategy")["RecordEvaluation"]()
        [found] = evaluation.evaluate(stand_ins.Batch(*rows), stand_ins.asked('{"column": "due"}'))
        self.assertEqual((found.item, found.text), (0, "It was due on 3 June 2026."))

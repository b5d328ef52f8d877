"""What a strategy is written with: one function that looks at one item.

    from nudged.strategy import Context, Share, finding, share_strategy

    MANIFEST = {"name": "no-purpose", "version": "0.1.0", "reads": {"statuses": ["Submitted"]}}

    def evaluate(share: Share, context: Context):
        if not share.purpose:
            return finding("no-purpose", "A request says no purpose", f"{share.owner} asks without a reason.")

    Plugin, ShareEvaluation = share_strategy(MANIFEST, evaluate)

The two classes keep these names: the daemon's interfaces are looked for under them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from componentize_py_types import Err
from wit_world.imports import findings as wire

from . import log
from ._border import finding_about, findings
from ._failure import told
from ._plain import well_formed
from ._plugin import Budget, Manifest, Reads, describing
from ._print import to_log
from .context import Context
from .finding import Finding, Severity, finding
from .record import Record
from .share import Share, ShareItem
from .stack import Stack
from .text import counted, date, date_and_time, days, shortened

__all__ = [
    "Budget", "Context", "Finding", "Manifest", "Reads", "Record", "Severity", "Share", "ShareItem", "Stack", "counted",
    "date", "date_and_time", "days", "finding", "log", "record_strategy", "share_strategy", "shortened", "stack_strategy",
]  # fmt: skip

Item = TypeVar("Item", Share, Stack, Record)
Found = Finding | Iterable[Finding] | None
"""What is wrong with an item: at most one finding for each reason, or nothing."""


def share_strategy(manifest: Manifest, evaluate: Callable[[Share, Context], Found]) -> tuple[type, type]:
    """A strategy over shares: `Plugin, ShareEvaluation = share_strategy(…)`.

    An exception fails the whole batch: it is for what must not happen.
    """
    return describing("share-strategy", manifest), _evaluating(Share, evaluate)


def stack_strategy(manifest: Manifest, evaluate: Callable[[Stack, Context], Found]) -> tuple[type, type]:
    """A strategy over stacks: `Plugin, StackEvaluation = stack_strategy(…)`."""
    return describing("stack-strategy", manifest), _evaluating(Stack, evaluate)


def record_strategy(manifest: Manifest, evaluate: Callable[[Record, Context], Found]) -> tuple[type, type]:
    """A strategy over records: `Plugin, RecordEvaluation = record_strategy(…)`."""
    return describing("record-strategy", manifest), _evaluating(Record, evaluate)


def _evaluating(kind: type[Item], evaluate: Callable[[Item, Context], Found]) -> type:
    """The interface that the daemon calls with a whole batch."""

    class Evaluation:
        def evaluate(self, batch, asked) -> list[wire.Finding]:
            to_log()
            context = Context(asked)
            found = []
            for index in range(batch.len()):
                found.extend(_judged(evaluate, kind(batch, index), index, context))
            return found

    return Evaluation


def _judged(
    evaluate: Callable[[Item, Context], Found], item: Item, index: int, context: Context
) -> list[wire.Finding]:
    """What the author's function finds, as it crosses the border. What it raises names the item."""
    try:
        return [finding_about(index, one) for one in findings(evaluate(item, context))]
    except BaseException as error:
        raise Err(well_formed(f"{item.key}: {told(error)}")) from None

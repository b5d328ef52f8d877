"""Rows whose date has passed."""

from nudged.strategy import Context, Finding, Manifest, Record, date, finding, record_strategy

PARAMETERS = {
    "type": "object",
    "properties": {
        "column": {"type": "string", "format": "column", "description": "The column that holds the date."},
    },
    "required": ["column"],
    "additionalProperties": False,
}
"""What a reminder may set."""

MANIFEST: Manifest = {
    "name": "{{ name }}",
    "version": "0.1.0",
    "licence": "Apache-2.0",
    "parameters": PARAMETERS,
    "budget": {"item-bytes": 16384, "first-call-millis": 250},
}


def evaluate(record: Record, context: Context) -> Finding | None:
    due = record.day(context.parameters["column"])
    if due is None or due >= context.today:
        return None
    return finding("overdue", f"{record.id} is overdue", f"It was due on {date(due)}.", roles=["owner"])


Plugin, RecordEvaluation = record_strategy(MANIFEST, evaluate)

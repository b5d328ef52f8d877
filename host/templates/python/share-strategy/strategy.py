"""Requests that say nothing of what the data is wanted for."""

from datetime import timedelta

from nudged.strategy import Context, Finding, Manifest, Share, days, finding, share_strategy

PARAMETERS = {
    "type": "object",
    "properties": {
        "after_days": {
            "type": "integer",
            "minimum": 0,
            "default": 2,
            "description": "Days that a requester has to say it.",
        },
    },
    "additionalProperties": False,
}
"""What a reminder may set."""

MANIFEST: Manifest = {
    "name": "{{ name }}",
    "version": "0.1.0",
    "licence": "Apache-2.0",
    "reads": {"statuses": ["Submitted"]},
    "parameters": PARAMETERS,
    "budget": {"item-bytes": 16384, "first-call-millis": 250},
}


def evaluate(share: Share, context: Context) -> Finding | None:
    since = share.since
    age = context.now - since
    if age < timedelta(days=context.parameters.get("after_days", 2)) or share.purpose.strip():
        return None
    return finding(
        "no-purpose",
        f"Request for {share.dataset_label} without a purpose",
        f"The request has waited {days(age)} and does not say what the data is for.",
        since=since,
        roles=["requester"],
        facts={"Team": share.requesters},
    )


Plugin, ShareEvaluation = share_strategy(MANIFEST, evaluate)

"""Stacks that failed, with what CloudFormation said."""

from nudged.strategy import Context, Finding, Manifest, Stack, finding, stack_strategy

MANIFEST: Manifest = {
    "name": "{{ name }}",
    "version": "0.1.0",
    "licence": "Apache-2.0",
    "reads": {"statuses": ["CREATE_FAILED", "DELETE_FAILED"]},
    "budget": {"item-bytes": 16384, "first-call-millis": 250},
}


def evaluate(stack: Stack, context: Context) -> Finding | None:
    label = stack.target_label.strip() or "something without a name"
    return finding(
        "stack-failed",
        f"The stack of {label} failed",
        f"CloudFormation reports {stack.status} for {label}.",
        roles=["producers"],
        facts={"Region": stack.region, "Error": stack.error},
    )


Plugin, StackEvaluation = stack_strategy(MANIFEST, evaluate)

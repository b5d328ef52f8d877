//! Stacks that failed, with what CloudFormation said.

use nudged_sdk::{Budget, Context, Finding, Manifest, NoParameters, Severity, Stack, StackStrategy, role, text};

struct Plugin;

impl StackStrategy for Plugin {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        let budget = Budget::new().item_bytes(4096).first_call_millis(100);
        nudged_sdk::manifest!().statuses(&["CREATE_FAILED", "DELETE_FAILED"]).budget(budget)
    }

    fn evaluate(stack: &Stack<'_>, _: &Context) -> Option<Finding> {
        let label = text::known(stack.target_label(), "something without a name");
        let text = format!("CloudFormation reports {} for {label}.", stack.status());
        let finding = Finding::new("stack-failed", format!("The stack of {label} failed"), text);
        let finding = finding.roles([role::PRODUCERS]).severity(Severity::Warning);
        Some(finding.fact("Region", stack.region()).fact("Error", stack.error()))
    }
}

nudged_sdk::stack_strategy!(Plugin);

#[cfg(test)]
mod tests {
    use nudged_sdk::testing::{StackBuilder, at, context};

    use super::*;

    #[test]
    fn a_failed_stack_is_told_to_its_producers() {
        let stack = StackBuilder::new("k1").status("CREATE_FAILED").build();
        let found = Plugin::evaluate(&stack, &context(at("2026-06-01T09:00:00Z"), NoParameters)).expect("a finding");
        assert_eq!((found.reason.as_str(), found.roles.join(", ").as_str()), ("stack-failed", "producers"));
    }
}

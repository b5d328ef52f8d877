//! Stacks that failed, with what CloudFormation said.

use nudged_sdk::{Context, Error, Finding, Manifest, NoParameters, Severity, Stack, StackStrategy, role, text};

struct {{ type }};

impl StackStrategy for {{ type }} {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::stack_strategy(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
            .licence(env!("CARGO_PKG_LICENSE"))
            .statuses(["CREATE_FAILED", "DELETE_FAILED"])
    }

    fn evaluate(stack: &Stack<'_>, _: &Context<NoParameters>) -> Result<Vec<Finding>, Error> {
        let label = text::known(stack.target_label(), "something without a name");
        let text = format!("CloudFormation reports {} for {label}.", stack.status());
        let finding = Finding::new("stack-failed", format!("The stack of {label} failed"), text);
        let finding = finding.roles([role::PRODUCERS]).severity(Severity::Warning);
        Ok(vec![finding.fact("Region", stack.region()).fact("Error", stack.error())])
    }
}

nudged_sdk::stack_strategy!({{ type }});

#[cfg(test)]
mod tests {
    use nudged_sdk::testing::{StackBuilder, at, context};

    use super::*;

    #[test]
    fn a_failed_stack_is_told_to_its_producers() {
        let stack = StackBuilder::new("k1").status("CREATE_FAILED").build();
        let found = {{ type }}::evaluate(&stack, &context(at("2026-06-01T09:00:00Z"), NoParameters)).expect("is judged");
        assert_eq!((found[0].reason.as_str(), found[0].roles.as_slice()), ("stack-failed", &["producers".to_owned()][..]));
    }
}

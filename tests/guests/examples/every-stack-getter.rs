//! Answers with whatever the host tells of a stack.

use nudged_sdk::{Context, Finding, Manifest, NoParameters, Stack, StackStrategy};

struct EveryStackGetter;

impl StackStrategy for EveryStackGetter {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::new("every-stack-getter", "1.0.0")
    }

    fn evaluate(stack: &Stack<'_>, _: &Context) -> Option<Finding> {
        let finding = Finding::new("told", stack.uri(), stack.error())
            .fact("kind", stack.kind())
            .fact("status", stack.status())
            .fact("target-uri", stack.target_uri())
            .fact("target-label", stack.target_label())
            .fact("account", stack.account())
            .fact("region", stack.region())
            .fact("producers", stack.producers())
            .fact("stewards", stack.stewards())
            .fact("environment-label", stack.environment_label())
            .fact("environment-admins", stack.environment_admins());
        Some(finding)
    }
}

nudged_sdk::stack_strategy!(EveryStackGetter);

//! Answers with whatever the host tells of a stack.

use nudged_sdk::{Context, Error, Finding, Manifest, NoParameters, Stack, StackStrategy};

struct EveryStackGetter;

impl StackStrategy for EveryStackGetter {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::stack_strategy("every-stack-getter", "1.0.0")
    }

    fn evaluate(stack: &Stack<'_>, _: &Context<NoParameters>) -> Result<Vec<Finding>, Error> {
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
        Ok(vec![finding])
    }
}

nudged_sdk::stack_strategy!(EveryStackGetter);

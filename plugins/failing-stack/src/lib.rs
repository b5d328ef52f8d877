//! Stacks of datasets and environments that failed.

use nudged_sdk::{Context, Finding, Manifest, NoParameters, Severity, Stack, StackStrategy, role, text};

/// What needs a person; after UPDATE_ROLLBACK_COMPLETE the stack is as it was, and sound.
const FAILED: [&str; 5] =
    ["CREATE_FAILED", "DELETE_FAILED", "UPDATE_FAILED", "UPDATE_ROLLBACK_FAILED", "ROLLBACK_FAILED"];
/// Characters of an error shown.
const ERROR_SHOWN: usize = 500;

struct FailingStack;

impl StackStrategy for FailingStack {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        nudged_sdk::manifest!().statuses(&FAILED).kinds(&["dataset", "environment"])
    }

    fn evaluate(stack: &Stack<'_>, _: &Context) -> Option<Finding> {
        let (kind, status) = (stack.kind(), stack.status());
        let role = responsible(&kind).filter(|_| FAILED.contains(&status.as_str()))?;
        let name = text::known(stack.target_label(), &stack.target_uri());
        let error = shown(&stack.error());
        // No `since`: data.all writes no useful times into these rows.
        let title = format!("Stack of the {kind} {name} failed");
        let finding = Finding::new("stack-failed", title, sentence(stack, &format!("{kind} {name}"), &status, &error))
            .roles([role])
            .severity(severity(&status))
            .fact("Status", status)
            .fact("AWS account", stack.account())
            .fact("Region", stack.region());
        let finding = if kind == "dataset" { finding.fact("Environment", stack.environment_label()) } else { finding };
        Some(finding.fact("Error", error))
    }
}

nudged_sdk::stack_strategy!(FailingStack, cases = include_str!("cases.json"));

/// Who looks after a kind of stack.
fn responsible(kind: &str) -> Option<&'static str> {
    match kind {
        "dataset" => Some(role::PRODUCERS),
        "environment" => Some(role::ENVIRONMENT_ADMINS),
        _ => None,
    }
}

/// A failed rollback or deletion blocks every further deployment.
fn severity(status: &str) -> Severity {
    if status.ends_with("ROLLBACK_FAILED") || status == "DELETE_FAILED" {
        Severity::Critical
    } else {
        Severity::Warning
    }
}

fn sentence(stack: &Stack<'_>, target: &str, status: &str, error: &str) -> String {
    let (account, region) = (text::known(stack.account(), "unknown"), text::known(stack.region(), "unknown"));
    let why = if error.is_empty() { String::new() } else { format!(" It says: {error}") };
    format!("The stack of the {target} in account {account}, region {region}, is {status}.{why}")
}

/// One line of it, unless it is JSON for nothing.
fn shown(error: &str) -> String {
    let line = error.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    match line.as_str() {
        "{}" | "[]" | "null" | "\"\"" => String::new(),
        line => text::shortened(line, ERROR_SHOWN),
    }
}

#[cfg(test)]
mod tests;

//! What owners and administrators are told of failed stacks.

use nudged_sdk::testing::{StackBuilder, at, context, described};

use super::*;

fn found(stack: StackBuilder) -> Option<Finding> {
    let context = context(at("2026-04-24T09:00:00Z"), NoParameters);
    FailingStack::evaluate(&stack.build(), &context)
}

fn facts(finding: &Finding) -> Vec<(&str, &str)> {
    finding.facts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[test]
fn a_datasets_stack_is_its_owners_concern() {
    let stack = StackBuilder::new("k1").status("UPDATE_FAILED").error("{\"error\":\n  \"Bucket exists\"}");
    let finding = found(stack).expect("a finding");
    assert_eq!((finding.reason.as_str(), finding.since, finding.deadline), ("stack-failed", None, None));
    assert_eq!(finding.roles, ["producers"]);
    assert_eq!(finding.title, "Stack of the dataset Sales failed");
    assert_eq!(
        finding.text,
        "The stack of the dataset Sales in account 111111111111, region eu-west-1, is UPDATE_FAILED. \
         It says: {\"error\": \"Bucket exists\"}"
    );
    assert_eq!(
        facts(&finding),
        [
            ("Status", "UPDATE_FAILED"),
            ("AWS account", "111111111111"),
            ("Region", "eu-west-1"),
            ("Environment", "Production"),
            ("Error", "{\"error\": \"Bucket exists\"}"),
        ]
    );
}

#[test]
fn an_environments_stack_is_its_administrators_concern() {
    let finding = found(StackBuilder::of_environment("k2").status("CREATE_FAILED")).expect("a finding");
    assert_eq!(finding.roles, ["environment-admins"]);
    assert_eq!(finding.title, "Stack of the environment Production failed");
    let text = "The stack of the environment Production in account 111111111111, region eu-west-1, is CREATE_FAILED.";
    assert_eq!(finding.text, text);
    let expected = [("Status", "CREATE_FAILED"), ("AWS account", "111111111111"), ("Region", "eu-west-1")];
    assert_eq!(facts(&finding), expected);
}

#[test]
fn what_failed_and_how_bad_that_is_depends_on_the_status() {
    let cases = [
        ("CREATE_FAILED", Some(Severity::Warning)),
        ("UPDATE_FAILED", Some(Severity::Warning)),
        ("DELETE_FAILED", Some(Severity::Critical)),
        ("ROLLBACK_FAILED", Some(Severity::Critical)),
        ("UPDATE_ROLLBACK_FAILED", Some(Severity::Critical)),
        ("UPDATE_ROLLBACK_COMPLETE", None),
        ("UPDATE_IN_PROGRESS", None),
        ("pending", None),
        ("", None),
    ];
    for (status, severity) in cases {
        assert_eq!(found(StackBuilder::new("k1").status(status)).map(|finding| finding.severity), severity, "{status}");
    }
}

#[test]
fn other_kinds_of_stacks_are_left_alone() {
    for kind in ["notebook", "mlstudio", "pipeline", "cdkpipeline", ""] {
        let stack = StackBuilder::new("k1").status("CREATE_FAILED").with(|stack| stack.kind = kind.to_owned());
        assert!(found(stack).is_none(), "{kind}");
    }
}

#[test]
fn an_error_is_shortened_and_an_empty_one_left_out() {
    for error in ["", " ", "{}", "null", "[]", "\"\""] {
        let finding = found(StackBuilder::new("k1").status("CREATE_FAILED").error(error)).expect("a finding");
        assert!(finding.text.ends_with(" is CREATE_FAILED."), "{error}: {}", finding.text);
    }
    let long = found(StackBuilder::new("k1").status("CREATE_FAILED").error(&"x".repeat(5_000))).expect("a finding");
    assert!(long.text.ends_with("xx…"), "{}", long.text);
    assert!(long.text.len() < 700);
}

#[test]
fn a_stack_without_its_dataset_is_named_by_what_it_deploys() {
    let stack = StackBuilder::new("k1").status("CREATE_FAILED").with(|stack| {
        stack.target_label.clear();
        stack.account.clear();
        stack.environment_label.clear();
    });
    let finding = found(stack).expect("a finding");
    assert_eq!(finding.title, "Stack of the dataset d1 failed");
    assert!(finding.text.contains("account unknown, region eu-west-1"), "{}", finding.text);
}

#[test]
fn only_failed_stacks_of_datasets_and_environments_are_read() {
    let manifest = described::<FailingStack>();
    assert_eq!((&manifest["kind"], &manifest["name"]), (&"stack-strategy".into(), &"failing-stack".into()));
    assert_eq!(manifest["reads"]["kinds"].to_string(), r#"["dataset","environment"]"#);
    assert_eq!(manifest["reads"]["statuses"].as_array().map(Vec::len), Some(FAILED.len()));
}

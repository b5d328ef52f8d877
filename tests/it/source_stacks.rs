//! Stacks of datasets, of environments, and others.

use nudged::{
    model::{Reads, Stack},
    source::Want,
};
use nudged_tests::Dataall;
use serde_json::{Value, json};

use crate::source::{add_dataset, object, on_both, shown, stacks, today};

on_both! {
    crate::source::world:
    every_column_of_a_stack_arrives_where_it_belongs,
    only_the_wanted_stacks_are_read,
    stacks_of_what_was_deleted_are_left_out_silently,
    stacks_of_what_is_missing_are_problems_and_stop_nothing,
    stacks_without_people_are_problems_and_are_delivered,
}

async fn add_stack(dataall: &Dataall, changes: Value) {
    let mut row = object(json!({
        "stackUri": "k1", "targetUri": "d1", "accountid": "111111111111", "region": "eu-west-1",
        "status": "CREATE_FAILED", "stack": "dataset",
    }));
    row.extend(object(changes));
    dataall.insert("stack", &[row]).await;
}

async fn add_environment(dataall: &Dataall, changes: Value) {
    let mut row = object(json!({
        "environmentUri": "e2", "organizationUri": "o1", "label": "Bare", "name": "bare", "owner": "eve@x.test",
        "AwsAccountId": "1", "region": "eu-west-1", "environmentType": "Data", "EnvironmentDefaultIAMRoleName": "r",
        "EnvironmentDefaultIAMRoleArn": "a", "roleCreated": true, "CDKRoleArn": "c", "resourcePrefix": "p",
    }));
    row.extend(object(changes));
    dataall.insert("environment", &[row]).await;
}

fn wanted<const N: usize>(reads: [Value; N]) -> Want {
    let reads = reads.map(|reads| serde_json::from_value::<Reads>(reads).expect("what a strategy reads"));
    Want { shares: Vec::new(), stacks: reads.into(), today: today() }
}

fn uris(stacks: &[Stack]) -> Vec<&str> {
    stacks.iter().map(|stack| stack.uri.as_str()).collect()
}

async fn every_column_of_a_stack_arrives_where_it_belongs(dataall: Dataall) {
    let error = json!("{\"reason\": \"no quota\"}");
    add_stack(&dataall, json!({ "error": error })).await;
    add_stack(&dataall, json!({ "stackUri": "k2", "stack": "environment", "targetUri": "e1" })).await;
    add_stack(&dataall, json!({ "stackUri": "k3", "stack": "notebook", "targetUri": "n1" })).await;
    let (stacks, problems) = stacks(&dataall, wanted([json!({})])).await;
    assert_eq!(shown(&problems), [""; 0]);
    let dataset = Stack {
        uri: "k1".into(),
        kind: "dataset".into(),
        status: "CREATE_FAILED".into(),
        target_uri: "d1".into(),
        target_label: "Sales".into(),
        account: "111111111111".into(),
        region: "eu-west-1".into(),
        error: stacks[0].error.clone(),
        producers: Some("owners".into()),
        stewards: Some("approvers".into()),
        environment_label: "Lab".into(),
        environment_admins: Some("lab-admins".into()),
    };
    assert!(dataset.error.contains("no quota"), "{}", dataset.error);
    let environment = Stack {
        uri: "k2".into(),
        kind: "environment".into(),
        target_uri: "e1".into(),
        target_label: "Lab".into(),
        error: String::new(),
        producers: None,
        stewards: None,
        ..dataset.clone()
    };
    let other = Stack {
        uri: "k3".into(),
        kind: "notebook".into(),
        target_uri: "n1".into(),
        target_label: String::new(),
        environment_label: String::new(),
        environment_admins: None,
        ..environment.clone()
    };
    assert_eq!(stacks, [dataset, environment, other]);
}

async fn only_the_wanted_stacks_are_read(dataall: Dataall) {
    add_stack(&dataall, json!({})).await;
    add_stack(&dataall, json!({ "stackUri": "k2", "status": "UPDATE_COMPLETE" })).await;
    add_stack(&dataall, json!({ "stackUri": "k3", "stack": "environment", "targetUri": "e1" })).await;
    add_stack(&dataall, json!({ "stackUri": "k4", "stack": "pipeline", "targetUri": "p1" })).await;
    let failed = json!({ "statuses": ["CREATE_FAILED"], "kinds": ["dataset", "environment"] });
    assert_eq!(uris(&stacks(&dataall, wanted([failed])).await.0), ["k1", "k3"]);
    let two = wanted([json!({ "kinds": ["pipeline"] }), json!({ "statuses": ["UPDATE_COMPLETE"] })]);
    assert_eq!(uris(&stacks(&dataall, two).await.0), ["k2", "k4"]);
    assert_eq!(uris(&stacks(&dataall, wanted([])).await.0), [""; 0]);
}

async fn stacks_of_what_was_deleted_are_left_out_silently(dataall: Dataall) {
    let deleted = json!("2026-03-03 08:00:00");
    add_dataset(&dataall, json!({ "datasetUri": "d2", "deleted": deleted })).await;
    add_environment(&dataall, json!({ "deleted": deleted, "SamlGroupName": "g" })).await;
    add_stack(&dataall, json!({ "targetUri": "d2" })).await;
    add_stack(&dataall, json!({ "stackUri": "k2", "stack": "environment", "targetUri": "e2" })).await;
    let (found, problems) = stacks(&dataall, wanted([json!({})])).await;
    assert_eq!((uris(&found), problems), (vec![], vec![]));
}

async fn stacks_of_what_is_missing_are_problems_and_stop_nothing(dataall: Dataall) {
    add_stack(&dataall, json!({ "targetUri": "no-such" })).await;
    add_stack(&dataall, json!({ "stackUri": "k2", "stack": "environment", "targetUri": "nowhere" })).await;
    add_stack(&dataall, json!({ "stackUri": "k3" })).await;
    let (found, problems) = stacks(&dataall, wanted([json!({})])).await;
    assert_eq!(uris(&found), ["k3"]);
    let problems = shown(&problems);
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].starts_with("stack:k1: its dataset \"no-such\" does not exist"), "{problems:?}");
    assert!(problems[1].starts_with("stack:k2: its environment \"nowhere\" does not exist"), "{problems:?}");
}

async fn stacks_without_people_are_problems_and_are_delivered(dataall: Dataall) {
    add_dataset(&dataall, json!({ "datasetUri": "d2", "stewards": null, "SamlAdminGroupName": " " })).await;
    add_environment(&dataall, json!({ "SamlGroupName": null })).await;
    add_stack(&dataall, json!({ "targetUri": "d2" })).await;
    add_stack(&dataall, json!({ "stackUri": "k2", "stack": "environment", "targetUri": "e2" })).await;
    let (found, problems) = stacks(&dataall, wanted([json!({})])).await;
    assert_eq!(uris(&found), ["k1", "k2"]);
    let problems = shown(&problems);
    let expected = [("stack:k1", "SamlAdminGroupName"), ("stack:k1", "stewards"), ("stack:k2", "SamlGroupName")];
    assert_eq!(problems.len(), expected.len(), "{problems:?}");
    for (problem, (item, word)) in problems.iter().zip(expected) {
        assert!(problem.starts_with(item) && problem.contains(word), "{problem} must name {word}");
    }
}

//! Strategies in each language.

use std::{sync::Arc, time::Duration};

use nudged::{
    authoring::Language,
    config::Limits,
    model::{Fault, FaultKind, Finding, Item, Kind, Record, Severity, Share, Stack},
    plugin::Context,
};
use nudged_tests::{context, share};
use serde_json::{Value, json};

use super::{admitted, extension, in_each_language, memory};

in_each_language! {
    requests_without_a_purpose_are_found: super::finds;
    what_an_author_writes_is_lazily_read: super::reads_only_what_it_looks_at;
    an_exception_names_its_item_and_its_place: super::raises;
    a_loop_is_stopped: super::spins;
    memory_is_bounded: super::hoards;
}

async fn evaluate(
    language: Language,
    kind: Kind,
    limits: Limits,
    items: Vec<Item>,
    parameters: Value,
) -> Option<Result<Vec<Finding>, Fault>> {
    let strategy = admitted(language, kind, limits).await?.strategy().expect("a strategy");
    Some(strategy.evaluate(items.into(), &Context { parameters, ..context() }).await)
}

fn asking(uri: &str, purpose: &str) -> Share {
    Share { purpose: purpose.to_owned(), ..share(uri) }
}

fn item(share: Share) -> Item {
    Item::Share(Arc::new(share))
}

/// Under the limits that README.md names.
async fn finds(language: Language) {
    let limits = Limits { memory: memory(language), ..Limits::default() };
    let late = Share { since: "2026-06-03T08:00:00Z".parse().expect("an instant"), ..asking("s3", "") };
    let shares = [asking("s1", "Forecasts"), asking("s2", " "), late].map(item).to_vec();
    let evaluate =
        |parameters: Value| evaluate(language, Kind::ShareStrategy, limits.clone(), shares.clone(), parameters);
    let Some(answer) = evaluate(json!({})).await else { return };
    let [found] = answer.expect("an answer").try_into().expect("one finding");
    assert_eq!((found.item.to_string(), found.reason.as_str()), ("share:s2".to_owned(), "no-purpose"));
    assert_eq!(found.title, "Request for Sales without a purpose");
    assert_eq!(found.text, "The request has waited 23 days and does not say what the data is for.");
    assert_eq!(found.since, Some("2026-05-12T08:30:00Z".parse().expect("an instant")));
    assert_eq!((found.roles, found.severity), (vec!["requester".to_owned()], Severity::Warning));
    assert_eq!((found.deadline, found.action), (None, None));
    assert_eq!(found.attributes, [("Team".to_owned(), "requesters".to_owned())]);
    let sooner = evaluate(json!({ "after_days": 1 })).await.expect("it is built").expect("an answer");
    assert_eq!(sooner.len(), 2, "the parameter counts");
    let full = (0..256).map(|number| item(asking(&format!("s{number}"), ""))).collect();
    let answer = super::strategies::evaluate(language, Kind::ShareStrategy, limits, full, json!({})).await;
    assert_eq!(answer.expect("it is built").expect("an answer").len(), 256, "a full batch fits, too");
}

/// A batch whose texts are larger than the memory would fail if they all crossed.
async fn reads_only_what_it_looks_at(language: Language) {
    let long = Share { extension_reason: "x".repeat(1 << 20), ..asking("s1", "Forecasts") };
    let shares = vec![item(long); 32];
    let limits = Limits { memory: memory(language), ..Limits::default() };
    let Some(answer) = evaluate(language, Kind::ShareStrategy, limits, shares, json!({})).await else { return };
    assert_eq!(answer.expect("an answer"), []);
}

async fn fault(language: Language, word: &str, limits: Limits) -> Option<Fault> {
    let owned = Share { owner: word.to_owned(), ..asking("s2", "") };
    let shares = vec![item(asking("s1", "")), item(owned)];
    let answer = evaluate(language, Kind::ShareStrategy, limits, shares, json!({})).await?;
    Some(answer.expect_err("a fault"))
}

async fn raises(language: Language) {
    let Some(fault) = fault(language, "raise", Limits::default()).await else { return };
    assert_eq!(fault.kind, FaultKind::Error);
    let error = if language == Language::Python { "ValueError" } else { "RangeError" };
    assert!(fault.detail.starts_with(&format!("share:s2: {error}: out of luck ")), "{}", fault.detail);
    let place = format!("strategy.{}:", extension(language));
    assert!(fault.detail.contains("at misbehave (") && fault.detail.contains(&place), "{}", fault.detail);
}

async fn spins(language: Language) {
    let limits = Limits { strategy_wall: Duration::from_millis(500), ..Limits::default() };
    let Some(fault) = fault(language, "spin", limits).await else { return };
    let expected = "ran for more than 500ms (plugins.limits.strategy_wall) while reading share:s2";
    assert_eq!((fault.kind, fault.detail.as_str()), (FaultKind::Timeout, expected));
}

async fn hoards(language: Language) {
    let Some(fault) = fault(language, "hoard", Limits::default()).await else { return };
    let expected = "asked for more than 67108864 bytes of memory (plugins.limits.memory) while reading share:s2";
    assert_eq!((fault.kind, fault.detail.as_str()), (FaultKind::Memory, expected));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_python_prints_ends_no_call_and_to_leave_the_interpreter_is_an_error() {
    let printing = vec![item(Share { owner: "print".to_owned(), ..asking("s1", "") })];
    let limits = Limits::default();
    let python = Language::Python;
    let Some(answer) = evaluate(python, Kind::ShareStrategy, limits.clone(), printing, json!({})).await else { return };
    assert_eq!(answer.expect("an answer").len(), 1);
    let fault = fault(python, "exit", limits).await.expect("it is built");
    assert!(fault.detail.starts_with("share:s2: SystemExit: done here"), "{}", fault.detail);
}

/// Python's are tested natively: a component takes half a minute, and what is special about it is above.
#[tokio::test(flavor = "multi_thread")]
async fn failed_stacks_are_found_in_javascript() {
    let stack = Stack {
        uri: "k1".to_owned(),
        kind: "dataset".to_owned(),
        status: "CREATE_FAILED".to_owned(),
        target_uri: "d1".to_owned(),
        target_label: "Sales".to_owned(),
        account: "111111111111".to_owned(),
        region: "eu-west-1".to_owned(),
        error: "{}".to_owned(),
        producers: Some("producers".to_owned()),
        stewards: None,
        environment_label: "Production".to_owned(),
        environment_admins: None,
    };
    let stacks = vec![Item::Stack(Arc::new(stack))];
    let (language, limits) = (Language::JavaScript, Limits::default());
    let Some(answer) = evaluate(language, Kind::StackStrategy, limits, stacks, json!({})).await else { return };
    let [found] = answer.expect("an answer").try_into().expect("one finding");
    assert_eq!(found.text, "CloudFormation reports CREATE_FAILED for Sales.");
    assert_eq!((found.since, found.attributes.len()), (None, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_whose_date_has_passed_are_found_in_javascript() {
    let row = |id: &str, due: &str| {
        Item::Record(Arc::new(Record {
            source: "rows".to_owned(),
            id: id.to_owned(),
            columns: vec![("due".to_owned(), due.to_owned())],
            zone: chrono_tz::Europe::Berlin,
            roles: vec![],
            link: None,
        }))
    };
    let rows = vec![row("r1", "2026-06-03"), row("r2", "2026-06-04"), row("r3", "not yet known")];
    let (language, limits, parameters) = (Language::JavaScript, Limits::default(), json!({ "column": "due" }));
    let Some(answer) = evaluate(language, Kind::RecordStrategy, limits, rows, parameters).await else { return };
    let [found] = answer.expect("an answer").try_into().expect("one finding");
    assert_eq!(
        (found.item.to_string().as_str(), found.text.as_str()),
        ("record:rows:r1", "It was due on 3 June 2026.")
    );
}

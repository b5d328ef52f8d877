//! What is recorded of the sample database tells nothing of its people.

use std::collections::BTreeSet;

use nudged::{
    authoring::{Database, Recording, Redactor},
    config::{DatabaseUrl, Limits},
    model::{Instant, Item},
    plugin::Context,
    source::create_sample,
};
use nudged_tests::{NOW, admit, plugin_file};
use serde_json::json;
use tempfile::TempDir;

/// Everything in an item that people wrote or that names something of theirs.
fn written(item: &Item) -> Vec<String> {
    match item {
        Item::Share(share) => {
            let items = share.items.iter().flat_map(|item| [&item.uri, &item.name, &item.health_message]);
            let teams = [&share.producers, &share.stewards, &share.environment_admins];
            let own = [
                &share.uri,
                &share.owner,
                &share.group,
                &share.principal,
                &share.purpose,
                &share.extension_reason,
                &share.reject_purpose,
                &share.dataset_uri,
                &share.dataset_label,
                &share.environment_uri,
                &share.environment_label,
            ];
            own.into_iter().chain(items).chain(teams.into_iter().flatten()).cloned().collect()
        }
        Item::Stack(stack) => {
            let teams = [&stack.producers, &stack.stewards, &stack.environment_admins];
            let own = [
                &stack.uri,
                &stack.target_uri,
                &stack.target_label,
                &stack.account,
                &stack.error,
                &stack.environment_label,
            ];
            own.into_iter().chain(teams.into_iter().flatten()).cloned().collect()
        }
        Item::Record(_) => Vec::new(),
    }
}

/// Records what this strategy is handed of the sample, and says what is in it that should not be.
async fn left(strategy: &str) -> Vec<String> {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("sample.db");
    let now: Instant = NOW.parse().expect("an instant");
    create_sample(&file, now, 400).await.expect("a sample");
    let url = DatabaseUrl::Sqlite(file);
    let database = Database { url, schema: "main".to_owned(), timezone: chrono_tz::UTC, query: None };
    let admission =
        admit(&plugin_file(strategy), Limits::default()).await.unwrap_or_else(|refusal| panic!("{refusal}"));
    let read = database.read(&admission.manifest, now, 1_000).await.expect("is read");
    let context = Context { now, today: now.date_naive(), parameters: json!({}), attributes: Vec::new() };
    let recording = Recording { admission: &admission, context: &context, recorded: now };
    let text = recording.of(&read.items, &mut Redactor::default()).await.expect("is recorded");
    let texts: BTreeSet<_> = read.items.iter().flat_map(written).filter(|text| !text.trim().is_empty()).collect();
    assert!(texts.len() > 5, "there is something to redact: {texts:?}");
    texts.into_iter().filter(|written| stands_in(&text, written)).collect()
}

/// Whether a text stands in a file of JSON by itself, and not as a part of a longer word.
fn stands_in(file: &str, written: &str) -> bool {
    let file = file.replace("\\n", " ");
    // JSON may spell it otherwise.
    let spelled = json!(written).to_string();
    let spelled = spelled.trim_matches('"');
    file.match_indices(spelled).any(|(at, _)| {
        let (before, after) = (file[..at].chars().next_back(), file[at + spelled.len()..].chars().next());
        ![before, after].into_iter().flatten().any(char::is_alphanumeric)
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_people_wrote_is_left_of_the_sample() {
    for strategy in
        ["pending-share", "expired-share", "unhealthy-share", "failed-share", "pending-extension", "failing-stack"]
    {
        assert_eq!(left(strategy).await, [""; 0], "{strategy}");
    }
}

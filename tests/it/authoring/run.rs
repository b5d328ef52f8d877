//! `nudged plugin run`.

use std::fs;

use nudged_tests::{Author, Dataall, Done, guest_file, plugin_file};
use serde_json::json;

use crate::source::{add_share, on_both, world};

/// Of the schema that the tables are in, on PostgreSQL.
const SCHEMA: &str = "my \"dev";

on_both! { super::world:
    findings_are_shown_and_nothing_is_written,
    a_share_on_which_it_fails_is_cornered,
    no_more_is_read_than_was_asked_for,
    parameters_that_do_not_fit_are_refused,
}

/// Runs a strategy on the database.
async fn run(dataall: &Dataall, url: &str, plugin: &str, more: &[&str]) -> Done {
    let mut arguments = vec!["plugin", "run", plugin, "--db", url, "--now", "2026-05-04T09:00:00Z"];
    if dataall.database.is_postgres() {
        arguments.extend(["--schema", SCHEMA]);
    }
    Author::new().nudged(&[&arguments, more].concat()).await
}

/// A user of PostgreSQL who may only read, and the URL that is theirs.
async fn reader(dataall: &Dataall, url: &str) -> (String, String) {
    let mut url = url::Url::parse(url).expect("a URL");
    let role = format!("{}_onlooker", url.path().trim_matches('/'));
    let schema = "\"my \"\"dev\"";
    let setup = format!(
        "DROP ROLE IF EXISTS {role}; CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA {schema} TO {role};
         GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}"
    );
    dataall.database.execute(&setup).await;
    url.set_username(&role).expect("a user");
    (role, url.into())
}

async fn findings_are_shown_and_nothing_is_written(dataall: Dataall) {
    add_share(&dataall, json!({})).await;
    add_share(&dataall, json!({ "shareUri": "s2", "status": "Processed" })).await;
    let plugin = plugin_file("pending-share").display().to_string();
    let done = if let Some(url) = dataall.database.postgres_url() {
        let (role, url) = reader(&dataall, url).await;
        let done = run(&dataall, &url, &plugin, &["--format", "json"]).await;
        dataall.database.execute(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
        done
    } else {
        let file = dataall.database.file();
        let state =
            || (fs::read(&file).expect("a file"), fs::metadata(&file).and_then(|met| met.modified()).expect("a time"));
        let before = state();
        let done = run(&dataall, &dataall.database.written_url(), &plugin, &["--format", "json"]).await;
        assert_eq!(state(), before, "the file is as it was");
        done
    };
    assert_eq!(done.code, Some(0), "{done:?}");
    let objects = done.objects();
    let [finding, summary] = &objects[..] else { panic!("{objects:#?}") };
    assert_eq!(
        (&finding["item"], &finding["reason"], &finding["severity"]),
        (&json!("share:s1"), &json!("pending"), &json!("critical"))
    );
    assert_eq!(
        (&finding["roles"], &finding["since"]),
        (&json!(["producers", "stewards"]), &json!("2026-03-05T08:00:00Z"))
    );
    assert!(finding["title"].as_str().is_some_and(|title| title.contains("Sales")), "{finding}");
    let summary = &summary["summary"];
    assert_eq!((&summary["items"], &summary["findings"], &summary["faults"]), (&json!(1), &json!(1), &json!(0)));
    assert!(summary["item_micros"].as_f64().is_some_and(|micros| micros > 0.0), "{summary}");
}

async fn a_share_on_which_it_fails_is_cornered(dataall: Dataall) {
    for uri in ["s1", "poison", "s3", "s4"] {
        add_share(&dataall, json!({ "shareUri": uri })).await;
    }
    let poison = guest_file("poison").display().to_string();
    let done = run(&dataall, &dataall.database.written_url(), &poison, &[]).await;
    assert_eq!(done.code, Some(1), "{done:?}");
    for uri in ["s1", "s3", "s4"] {
        assert!(
            done.stdout.contains(&format!("share:{uri} seen warning, for producers, since 2026-03-05T08:00:00Z\n")),
            "{done:?}"
        );
    }
    let problems: Vec<_> = done.stdout.lines().filter(|line| line.starts_with("problem ")).collect();
    assert_eq!(problems.len(), 1, "{done:?}");
    assert!(problems[0].starts_with("problem at share:poison: ") && problems[0].contains("indigestible"), "{done:?}");
    assert!(done.stdout.contains("4 items read, 3 findings, 1 problems; "), "{done:?}");
}

async fn no_more_is_read_than_was_asked_for(dataall: Dataall) {
    for uri in ["s1", "s2", "s3"] {
        add_share(&dataall, json!({ "shareUri": uri })).await;
    }
    let echo = guest_file("echo").display().to_string();
    let done = run(&dataall, &dataall.database.written_url(), &echo, &["--limit", "2", "--format", "json"]).await;
    let summary = done.objects().pop().expect("a summary");
    assert_eq!((&summary["summary"]["items"], &summary["summary"]["findings"]), (&json!(2), &json!(2)), "{done:?}");
}

async fn parameters_that_do_not_fit_are_refused(dataall: Dataall) {
    let plugin = plugin_file("pending-share").display().to_string();
    let given = ["--parameters", r#"{"warn_after_days":"soon"}"#];
    let done = run(&dataall, &dataall.database.written_url(), &plugin, &given).await;
    assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""), "{done:?}");
    assert!(done.stderr.contains("parameters.warn_after_days"), "{done:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn records_are_those_of_the_query_and_a_channel_finds_nothing() {
    let dataall = world(nudged_tests::Database::fresh_sqlite()).await;
    let url = dataall.database.written_url();
    let email = plugin_file("email").display().to_string();
    let done = run(&dataall, &url, &email, &[]).await;
    assert_eq!(done.code, Some(1), "{done:?}");
    assert!(done.stderr.contains("email is a channel"), "{done:?}");
    let records = guest_file("every-record-getter").display().to_string();
    let done = run(&dataall, &url, &records, &[]).await;
    assert_eq!(done.code, Some(1), "{done:?}");
    assert!(done.stderr.contains("give --query and --id"), "{done:?}");
    let query = ["--query", "SELECT 'r1' AS id", "--id", "name"];
    let done = run(&dataall, &url, &records, &query).await;
    assert!(done.stderr.contains("--id: the query has no column \"name\""), "{done:?}");
    let query = ["--query", "SELEKT 1", "--id", "name"];
    let done = run(&dataall, &url, &records, &query).await;
    assert!(done.stderr.contains("--query: the query cannot be run") && !done.stderr.contains("sources."), "{done:?}");
    for (url, told) in [("sqlite://nope.db", "--db: nope.db does not exist"), (url.as_str(), "give --query and --id")] {
        let done = run(&dataall, url, &records, &[]).await;
        assert!(done.code == Some(1) && done.stderr.contains(told), "{done:?}");
    }
    let strategy = plugin_file("pending-share").display().to_string();
    let done = run(&dataall, "sqlite://nope.db", &strategy, &[]).await;
    assert!(done.stderr.contains("--db: nope.db does not exist"), "{done:?}");
    let query = ["--query", "SELECT 'r1' AS id, 'x' AS name", "--id", "id", "--format", "json"];
    let done = run(&dataall, &url, &records, &query).await;
    let summary = done.objects().pop().expect("a summary");
    assert_eq!(summary["summary"]["items"], 1, "{done:?}");
}

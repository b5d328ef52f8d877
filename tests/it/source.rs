//! Reading data.all's tables, on SQLite and on PostgreSQL.

use futures_util::TryStreamExt;
use nudged::{
    config::{DatabaseUrl, Links, Secret, SourceConfig},
    model::{Instant, Problem, Share},
    source::{DataallSource, Row, Source, SourceError, Want},
};
use nudged_tests::{Dataall, Database};
use serde_json::{Map, Value, json};

/// Runs each test over both databases, as `source::sqlite::…` and `source::postgres::…`.
macro_rules! on_both {
    ($($name:ident,)*) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name(super::world(super::Database::fresh_sqlite()).await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                super::$name(super::world(super::Database::fresh_postgres().await).await).await;
            })*
        }
    };
}

on_both! {
    every_column_arrives_where_it_belongs,
    a_pending_share_counts_from_its_oldest_submission,
    a_share_submitted_again_after_a_decision_is_a_new_episode,
    other_statuses_count_from_the_last_update,
    only_the_wanted_statuses_are_read,
    items_come_with_their_share_and_only_when_wanted,
    deleted_shares_and_datasets_are_left_out_silently,
    dangling_references_are_problems_and_stop_nothing,
    gaps_are_problems_of_shares_that_are_delivered,
    naive_timestamps_are_read_in_the_zone_of_the_source,
    texts_of_any_kind_pass_through,
    many_shares_come_in_order,
    a_missing_table_is_named,
    a_missing_column_is_named,
}

fn at(text: &str) -> Instant {
    text.parse().expect("an RFC 3339 instant")
}

fn object(value: Value) -> Map<String, Value> {
    value.as_object().expect("an object").clone()
}

/// One environment and one dataset `d1` of `owners` and `approvers`, in a schema whose name needs quotes.
async fn world(database: Database) -> Dataall {
    let dataall = Dataall::new(database, "my \"dev").await;
    let environment = json!({
        "environmentUri": "e1", "organizationUri": "o1", "label": "Lab", "name": "lab", "owner": "eve@x.test",
        "AwsAccountId": "1", "region": "eu-west-1", "environmentType": "Data", "EnvironmentDefaultIAMRoleName": "r",
        "EnvironmentDefaultIAMRoleArn": "a", "roleCreated": true, "SamlGroupName": "lab-admins", "CDKRoleArn": "c",
        "resourcePrefix": "p",
    });
    dataall.insert("environment", &[object(environment)]).await;
    add_dataset(&dataall, json!({ "datasetUri": "d1" })).await;
    dataall
}

async fn add_dataset(dataall: &Dataall, changes: Value) {
    let mut row = object(json!({
        "datasetUri": "d1", "environmentUri": "e1", "organizationUri": "o1", "label": "Sales", "name": "sales",
        "owner": "pam@x.test", "AwsAccountId": "1", "language": "English", "confidentiality": "Secret",
        "SamlAdminGroupName": "owners", "stewards": "approvers", "datasetType": "S3", "topics": ["Orders"],
    }));
    row.extend(object(changes));
    dataall.insert("dataset", &[row]).await;
}

fn share_row(changes: Value) -> Map<String, Value> {
    let mut row = object(json!({
        "shareUri": "s1", "datasetUri": "d1", "environmentUri": "e1", "groupUri": "team", "status": "Submitted",
        "owner": "rita@x.test", "created": "2026-03-01T08:00:00", "updated": "2026-03-05 08:00:00",
        "principalId": "p1", "principalName": "role-team", "principalType": "Group",
    }));
    row.extend(object(changes));
    row
}

async fn add_share(dataall: &Dataall, changes: Value) {
    dataall.insert("share_object", &[share_row(changes)]).await;
}

async fn add_notice(dataall: &Dataall, kind: &str, target: &str, created: &str) {
    let id = format!("{kind}-{target}-{created}");
    let row = json!({
        "notificationUri": id, "type": kind, "message": "…", "recipient": "owners", "is_read": false,
        "target_uri": target, "created": created,
    });
    dataall.insert("notification", &[object(row)]).await;
}

async fn open(dataall: &Dataall) -> DataallSource {
    DataallSource::connect(&dataall.config()).await.expect("the source opens")
}

async fn scan(dataall: &Dataall, want: Want) -> (Vec<Share>, Vec<Problem>) {
    scan_with(&dataall.config(), want).await
}

async fn scan_with(config: &SourceConfig, want: Want) -> (Vec<Share>, Vec<Problem>) {
    let source = DataallSource::connect(config).await.expect("the source opens");
    let rows: Vec<_> = source.shares(&want).try_collect().await.expect("the rows");
    source.close().await;
    let (mut shares, mut problems) = (Vec::new(), Vec::new());
    for row in rows {
        match row {
            Row::Item(item) => shares.push(item.share().expect("a share").as_ref().clone()),
            Row::Problem(problem) => problems.push(problem),
        }
    }
    (shares, problems)
}

async fn all(dataall: &Dataall) -> (Vec<Share>, Vec<Problem>) {
    scan(dataall, Want { items: true, ..Want::default() }).await
}

fn uris(shares: &[Share]) -> Vec<&str> {
    shares.iter().map(|share| share.uri.as_str()).collect()
}

/// `item: text` of each problem.
fn shown(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(|p| format!("{}: {}", p.item.as_ref().map_or("", |key| key.as_str()), p.text)).collect()
}

async fn every_column_arrives_where_it_belongs(dataall: Dataall) {
    add_share(
        &dataall,
        json!({
            "status": "Processed", "requestPurpose": "Credit", "expiryDate": "2026-06-30T00:00:00",
            "submittedForExtension": true, "extensionReason": "Audit", "nonExpirable": true,
        }),
    )
    .await;
    let (shares, problems) = all(&dataall).await;
    assert_eq!(shown(&problems), [""; 0]);
    let expected = Share {
        uri: "s1".into(),
        status: "Processed".into(),
        since: at("2026-03-05T08:00:00Z"),
        owner: "rita@x.test".into(),
        group: "team".into(),
        principal: "role-team".into(),
        principal_type: "Group".into(),
        purpose: "Credit".into(),
        expiry_day: "2026-06-30".parse().ok(),
        expires: Some(at("2026-07-01T00:00:00Z")),
        extension_asked: true,
        extension_reason: "Audit".into(),
        requested_expiry_day: None,
        reject_purpose: String::new(),
        non_expirable: true,
        dataset_uri: "d1".into(),
        dataset_label: "Sales".into(),
        confidentiality: "Secret".into(),
        expiry_setting: String::new(),
        expiry_min: None,
        expiry_max: None,
        producers: Some("owners".into()),
        stewards: Some("approvers".into()),
        environment_uri: "e1".into(),
        environment_label: "Lab".into(),
        environment_admins: Some("lab-admins".into()),
        items: vec![],
    };
    assert_eq!(shares, [expected]);

    add_share(&dataall, json!({ "shareUri": "s2", "principalName": null })).await;
    let (shares, _) = all(&dataall).await;
    let bare = &shares[1];
    assert_eq!((bare.principal.as_str(), bare.purpose.as_str(), bare.expiry_day, bare.expires), ("p1", "", None, None));
    assert!(!bare.extension_asked && !bare.non_expirable);
}

async fn a_pending_share_counts_from_its_oldest_submission(dataall: Dataall) {
    add_share(&dataall, json!({})).await;
    for day in ["2026-03-09 09:00:00", "2026-03-02T09:00:00.123456", "2026-03-02 09:00:01", "2026-03-16T09:00:00"] {
        add_notice(&dataall, "SHARE_OBJECT_SUBMITTED", "s1|d1", day).await;
    }
    // Neither another dataset's notice nor another kind of notice counts.
    add_notice(&dataall, "SHARE_OBJECT_SUBMITTED", "s1|d2", "2026-01-01 09:00:00").await;
    add_notice(&dataall, "SHARE_OBJECT_EXTENDED", "s1|d1", "2026-01-01 09:00:00").await;
    assert_eq!(all(&dataall).await.0[0].since, at("2026-03-02T09:00:00.123Z"));
}

async fn a_share_submitted_again_after_a_decision_is_a_new_episode(dataall: Dataall) {
    let submitted = "SHARE_OBJECT_SUBMITTED";
    for (uri, decision) in [("rejected", "SHARE_OBJECT_REJECTED"), ("widened", "SHARE_OBJECT_APPROVED")] {
        add_share(&dataall, json!({ "shareUri": uri })).await;
        let target = format!("{uri}|d1");
        add_notice(&dataall, submitted, &target, "2026-01-05 09:00:00").await;
        add_notice(&dataall, decision, &target, "2026-01-10 09:00:00").await;
        add_notice(&dataall, decision, &target, "2026-02-10T09:00:00").await;
        add_notice(&dataall, submitted, &target, "2026-02-10 08:00:00").await;
        add_notice(&dataall, submitted, &target, "2026-02-20 09:00:00").await;
        add_notice(&dataall, submitted, &target, "2026-02-27 09:00:00").await;
    }
    // Submitted again, but the notice of that is missing: the last update tells.
    add_share(&dataall, json!({ "shareUri": "silent" })).await;
    add_notice(&dataall, submitted, "silent|d1", "2026-01-05 09:00:00").await;
    add_notice(&dataall, "SHARE_OBJECT_REJECTED", "silent|d1", "2026-01-10 09:00:00").await;
    let (shares, _) = all(&dataall).await;
    let since: Vec<_> = shares.iter().map(|share| (share.uri.as_str(), share.since)).collect();
    let again = at("2026-02-20T09:00:00Z");
    assert_eq!(since, [("rejected", again), ("silent", at("2026-03-05T08:00:00Z")), ("widened", again)]);
}

async fn other_statuses_count_from_the_last_update(dataall: Dataall) {
    add_share(&dataall, json!({ "shareUri": "a", "status": "Processed" })).await;
    add_share(&dataall, json!({ "shareUri": "b", "status": "Processed", "updated": null })).await;
    add_notice(&dataall, "SHARE_OBJECT_SUBMITTED", "a|d1", "2026-01-01 09:00:00").await;
    let (shares, _) = all(&dataall).await;
    let since: Vec<_> = shares.iter().map(|share| share.since).collect();
    assert_eq!(since, [at("2026-03-05T08:00:00Z"), at("2026-03-01T08:00:00Z")]);
}

async fn only_the_wanted_statuses_are_read(dataall: Dataall) {
    for status in ["Draft", "Processed", "Submitted", "Submitted_For_Extension"] {
        add_share(&dataall, json!({ "shareUri": status, "status": status })).await;
    }
    add_notice(&dataall, "SHARE_OBJECT_SUBMITTED", "Submitted|d1", "2026-01-01 09:00:00").await;
    let statuses = |list: &[&str]| Want { statuses: list.iter().map(|s| (*s).to_owned()).collect(), items: true };
    let (shares, _) = scan(&dataall, statuses(&["Submitted", "Processed"])).await;
    assert_eq!(uris(&shares), ["Processed", "Submitted"]);
    assert_eq!(shares[1].since, at("2026-01-01T09:00:00Z"));
    assert_eq!(uris(&scan(&dataall, statuses(&["Draft"])).await.0), ["Draft"]);
    assert_eq!(uris(&scan(&dataall, statuses(&["'; DROP TABLE dataset; --"])).await.0), [""; 0]);
    assert_eq!(all(&dataall).await.0.len(), 4);
}

async fn items_come_with_their_share_and_only_when_wanted(dataall: Dataall) {
    add_share(&dataall, json!({ "shareUri": "s1" })).await;
    add_share(&dataall, json!({ "shareUri": "s2" })).await;
    let item = |id: &str, name: &str, deleted: Value| {
        object(json!({
            "shareItemUri": id, "shareUri": "s1", "itemType": "DatasetTable", "itemUri": id, "itemName": name,
            "created": "2026-03-01 08:00:00", "owner": "o", "status": "Share_Failed", "healthStatus": "Unhealthy",
            "healthMessage": "no \"grant\"\n", "deleted": deleted,
        }))
    };
    let deleted = json!("2026-03-02 08:00:00");
    let items = [item("i1", "zeta", json!(null)), item("i2", "alpha", json!(null)), item("i3", "gone", deleted)];
    dataall.insert("share_object_item", &items).await;
    let (shares, _) = all(&dataall).await;
    assert_eq!(shares[0].items.iter().map(|item| item.name.as_str()).collect::<Vec<_>>(), ["alpha", "zeta"]);
    let zeta = &shares[0].items[1];
    assert_eq!((zeta.kind.as_str(), zeta.status.as_str()), ("DatasetTable", "Share_Failed"));
    assert_eq!((zeta.health.as_str(), zeta.health_message.as_str()), ("Unhealthy", "no \"grant\"\n"));
    assert_eq!(shares[1].items, []);
    assert_eq!(scan(&dataall, Want::default()).await.0[0].items, []);
}

async fn deleted_shares_and_datasets_are_left_out_silently(dataall: Dataall) {
    let deleted = "2026-03-03 08:00:00";
    add_share(&dataall, json!({ "shareUri": "kept" })).await;
    add_share(&dataall, json!({ "shareUri": "gone", "deleted": deleted })).await;
    add_dataset(&dataall, json!({ "datasetUri": "d2", "deleted": deleted })).await;
    add_share(&dataall, json!({ "shareUri": "gone-too", "datasetUri": "d2" })).await;
    let (shares, problems) = all(&dataall).await;
    assert_eq!((uris(&shares), problems), (vec!["kept"], vec![]));
}

async fn dangling_references_are_problems_and_stop_nothing(dataall: Dataall) {
    add_share(&dataall, json!({ "shareUri": "a", "datasetUri": "no-such" })).await;
    add_share(&dataall, json!({ "shareUri": "b", "updated": null, "created": null })).await;
    add_share(&dataall, json!({ "shareUri": "c" })).await;
    let (shares, problems) = all(&dataall).await;
    assert_eq!(uris(&shares), ["c"]);
    let problems = shown(&problems);
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].starts_with("share:a: its dataset \"no-such\" does not exist"), "{problems:?}");
    assert!(problems[1].starts_with("share:b: since when"), "{problems:?}");
}

async fn gaps_are_problems_of_shares_that_are_delivered(dataall: Dataall) {
    add_dataset(&dataall, json!({ "datasetUri": "d2", "stewards": null, "SamlAdminGroupName": " " })).await;
    add_share(&dataall, json!({ "shareUri": "a", "datasetUri": "d2" })).await;
    add_share(&dataall, json!({ "shareUri": "b", "environmentUri": null })).await;
    add_share(&dataall, json!({ "shareUri": "c", "environmentUri": "no-such", "groupUri": null })).await;
    let (shares, problems) = all(&dataall).await;
    assert_eq!(uris(&shares), ["a", "b", "c"]);
    assert_eq!((&shares[0].producers, &shares[0].stewards), (&None, &None));
    assert_eq!((shares[1].environment_label.as_str(), shares[2].group.as_str()), ("", ""));
    let expected = [
        ("share:a", "SamlAdminGroupName"),
        ("share:a", "stewards"),
        ("share:b", "environmentUri"),
        ("share:c", "no-such"),
        ("share:c", "groupUri"),
    ];
    let problems = shown(&problems);
    assert_eq!(problems.len(), expected.len(), "{problems:?}");
    for (problem, (item, word)) in problems.iter().zip(expected) {
        assert!(problem.starts_with(item) && problem.contains(word), "{problem} must name {word}");
    }
}

async fn naive_timestamps_are_read_in_the_zone_of_the_source(dataall: Dataall) {
    add_share(&dataall, json!({ "expiryDate": "2026-03-29 00:00:00" })).await;
    let config = SourceConfig { timezone: chrono_tz::Europe::Berlin, ..dataall.config() };
    let (shares, _) = scan_with(&config, Want::default()).await;
    assert_eq!(shares[0].since, at("2026-03-05T07:00:00Z"));
    // The clocks went forward on that day: it ended at 22:00 UTC.
    assert_eq!(shares[0].expires, Some(at("2026-03-29T22:00:00Z")));
}

async fn texts_of_any_kind_pass_through(dataall: Dataall) {
    // PostgreSQL has no NUL in texts, SQLite has.
    let nul = if dataall.database.is_postgres() { "" } else { "\0" };
    let odd = format!("<script>'\"; -- \u{202e}\r\n\t{nul} 🦀 \u{1}");
    add_dataset(&dataall, json!({ "datasetUri": "d2", "label": odd })).await;
    add_share(&dataall, json!({ "datasetUri": "d2", "requestPurpose": odd, "groupUri": odd })).await;
    let (shares, _) = all(&dataall).await;
    assert_eq!([&shares[0].dataset_label, &shares[0].purpose, &shares[0].group], [&odd; 3]);
}

async fn many_shares_come_in_order(dataall: Dataall) {
    let rows: Vec<_> = (0..3000).rev().map(|n| share_row(json!({ "shareUri": format!("S{n:05}_a-B") }))).collect();
    dataall.insert("share_object", &rows).await;
    let (shares, problems) = all(&dataall).await;
    assert_eq!((shares.len(), problems.len()), (3000, 0));
    assert!(shares.is_sorted_by(|a, b| a.uri < b.uri));
}

async fn failure(config: &SourceConfig) -> SourceError {
    DataallSource::connect(config).await.err().expect("an error")
}

/// The error and everything beneath it, as a log shows it.
fn chain(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |error| error.source()).map(|error| format!("{error}; {error:?}; ")).collect()
}

async fn a_missing_table_is_named(dataall: Dataall) {
    let source = open(&dataall).await;
    let drop = format!("DROP TABLE {}; DROP TABLE {}", dataall.table("notification"), dataall.table("dataset"));
    dataall.database.execute(&drop).await;
    for error in [failure(&dataall.config()).await, source.check().await.expect_err("an error")] {
        assert!(error.what.contains("has no table dataset, notification"), "{}", error.what);
    }
}

async fn a_missing_column_is_named(dataall: Dataall) {
    let drop = format!("ALTER TABLE {} DROP COLUMN \"nonExpirable\"", dataall.table("share_object"));
    dataall.database.execute(&drop).await;
    let text = chain(&failure(&dataall.config()).await);
    assert!(text.contains("nonExpirable") && text.contains("update data.all"), "{text}");
}

#[tokio::test]
async fn unreadable_values_in_sqlite_are_problems_and_stop_nothing() {
    let dataall = world(Database::fresh_sqlite()).await;
    for uri in ["a", "b", "c", "d", "e", "f"] {
        add_share(&dataall, json!({ "shareUri": uri })).await;
    }
    let set = |uri: &str, what: &str| format!("UPDATE share_object SET {what} WHERE \"shareUri\" = '{uri}';");
    let changes = [
        set("a", "updated = 'yesterday'"),
        set("b", "\"expiryDate\" = 20260630"),
        set("c", "\"requestPurpose\" = x'ff00fe'"),
        set("d", "\"submittedForExtension\" = 'perhaps'"),
        set("e", "owner = 5, \"nonExpirable\" = 'true'"),
        "INSERT INTO share_object_item VALUES ('f', 'i', 't', 'u', x'00ff', NULL, 'c', NULL, NULL, 'o', 's', NULL, NULL, NULL, NULL, NULL);"
            .to_owned(),
    ];
    dataall.database.execute(&changes.concat()).await;
    let (shares, problems) = all(&dataall).await;
    assert_eq!(uris(&shares), ["e"]);
    assert_eq!((shares[0].owner.as_str(), shares[0].non_expirable), ("5", true));
    let problems = shown(&problems);
    let words = ["\"yesterday\"", "\"20260630\"", "purpose", "\"perhaps\"", "items"];
    assert_eq!(problems.len(), words.len(), "{problems:?}");
    for (problem, word) in problems.iter().zip(words) {
        assert!(problem.contains(word), "{problem} must name {word}");
    }
}

#[tokio::test]
async fn endless_timestamps_in_postgres_are_problems_and_stop_nothing() {
    let dataall = world(Database::fresh_postgres().await).await;
    add_share(&dataall, json!({ "shareUri": "a", "updated": "infinity" })).await;
    add_share(&dataall, json!({ "shareUri": "b", "expiryDate": "0044-03-15 00:00:00 BC" })).await;
    add_share(&dataall, json!({ "shareUri": "c" })).await;
    let (shares, problems) = all(&dataall).await;
    assert_eq!((uris(&shares), problems.len()), (vec!["c"], 2));
    assert!(problems[0].text.contains("infinity") && problems[1].text.contains("BC"), "{problems:?}");
}

#[tokio::test]
async fn reading_changes_nothing_in_sqlite() {
    let dataall = world(Database::fresh_sqlite()).await;
    add_share(&dataall, json!({})).await;
    let file = dataall.database.file();
    let before = std::fs::read(&file).expect("the file");
    assert_eq!(all(&dataall).await.0.len(), 1);
    assert!(std::fs::read(&file).expect("the file") == before, "the file has changed");
    let left = std::fs::read_dir(file.parent().expect("a folder")).expect("the folder").count();
    assert_eq!(left, 1, "there are side files");
}

#[tokio::test]
async fn postgres_itself_refuses_to_be_written_through_the_source() {
    let dataall = world(Database::fresh_postgres().await).await;
    add_share(&dataall, json!({})).await;
    let environment = dataall.table("environment");
    let renamed = dataall.table("environment_table");
    // A view that writes when it is read.
    let trap = format!(
        "CREATE TABLE public.writes (n INT);
         CREATE FUNCTION public.write() RETURNS boolean LANGUAGE sql VOLATILE AS
             'INSERT INTO public.writes VALUES (1); SELECT true';
         ALTER TABLE {environment} RENAME TO environment_table;
         CREATE VIEW {environment} AS SELECT * FROM {renamed} WHERE public.write();"
    );
    dataall.database.execute(&trap).await;
    let source = open(&dataall).await;
    let read: Result<Vec<_>, _> = source.shares(&Want::default()).try_collect().await;
    let text = chain(&read.expect_err("the write is refused"));
    assert!(text.contains("read-only transaction"), "{text}");
}

#[tokio::test]
async fn an_unknown_schema_is_named_with_the_one_that_is_there() {
    let dataall = world(Database::fresh_postgres().await).await;
    let error = failure(&SourceConfig { schema: "prod".into(), ..dataall.config() }).await;
    assert!(error.what.contains("schema \"prod\"") && error.what.contains("my \"dev"), "{}", error.what);
}

#[tokio::test]
async fn an_unreachable_source_is_named_without_its_password() {
    let config = |url: &str| SourceConfig {
        url: DatabaseUrl::Postgres(Secret::new(url)),
        schema: "dev".into(),
        timezone: chrono_tz::UTC,
        links: Links::default(),
    };
    // Port 1 is reserved and nobody listens there.
    let text = chain(&failure(&config("postgres://nudged:hunter2@127.0.0.1:1/dataall")).await);
    assert!(text.contains("127.0.0.1:1, database \"dataall\" cannot be reached"), "{text}");
    let other = chain(&failure(&config("mysql://u:hunter2@h/db")).await);
    assert!(!text.contains("hunter2") && !other.contains("hunter2"), "{text} {other}");
}

#[tokio::test]
async fn a_missing_sqlite_file_is_not_made() {
    let database = Database::fresh_sqlite();
    let config =
        SourceConfig { url: database.url(), schema: "dev".into(), timezone: chrono_tz::UTC, links: Links::default() };
    let error = failure(&config).await;
    assert!(error.what.contains("does not exist") && error.what.contains("nudged init --sample"), "{}", error.what);
    assert!(!database.file().exists());
}

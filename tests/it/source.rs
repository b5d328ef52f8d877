//! What the tests of the sources share: a small world in data.all's tables, on SQLite and on PostgreSQL.

use chrono::NaiveDate;
use futures_util::{TryStreamExt, stream::BoxStream};
use nudged::{
    config::SourceConfig,
    model::{Instant, Item, Problem, Reads, Share, Stack},
    source::{DataallSource, Row, Source, SourceError, Want},
};
use nudged_tests::{Dataall, Database};
use serde_json::{Map, Value, json};

/// Runs each test over both databases, as `….sqlite::…` and `….postgres::…`, in what `world` makes of a fresh one.
macro_rules! on_both {
    ($world:path: $($name:ident,)*) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name($world(nudged_tests::Database::fresh_sqlite()).await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                super::$name($world(nudged_tests::Database::fresh_postgres().await).await).await;
            })*
        }
    };
}

pub(crate) use on_both;

pub(crate) fn at(text: &str) -> Instant {
    text.parse().expect("an RFC 3339 instant")
}

/// The day of every run.
pub(crate) fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 5, 4).expect("a day")
}

/// What strategies that read this want of the shares.
pub(crate) fn shares_of<const N: usize>(reads: [Value; N]) -> Want {
    let reads = reads.map(|reads| serde_json::from_value::<Reads>(reads).expect("what a strategy reads"));
    Want { shares: reads.into(), stacks: Vec::new(), today: today() }
}

pub(crate) fn object(value: Value) -> Map<String, Value> {
    value.as_object().expect("an object").clone()
}

/// One environment and one dataset `d1` of `owners` and `approvers`, in a schema whose name needs quotes.
pub(crate) async fn world(database: Database) -> Dataall {
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

pub(crate) async fn add_dataset(dataall: &Dataall, changes: Value) {
    let mut row = object(json!({
        "datasetUri": "d1", "environmentUri": "e1", "organizationUri": "o1", "label": "Sales", "name": "sales",
        "owner": "pam@x.test", "AwsAccountId": "1", "language": "English", "confidentiality": "Secret",
        "SamlAdminGroupName": "owners", "stewards": "approvers", "datasetType": "S3", "topics": ["Orders"],
    }));
    row.extend(object(changes));
    dataall.insert("dataset", &[row]).await;
}

pub(crate) fn share_row(changes: Value) -> Map<String, Value> {
    let mut row = object(json!({
        "shareUri": "s1", "datasetUri": "d1", "environmentUri": "e1", "groupUri": "team", "status": "Submitted",
        "owner": "rita@x.test", "created": "2026-03-01T08:00:00", "updated": "2026-03-05 08:00:00",
        "principalId": "p1", "principalName": "role-team", "principalType": "Group",
    }));
    row.extend(object(changes));
    row
}

pub(crate) async fn add_share(dataall: &Dataall, changes: Value) {
    dataall.insert("share_object", &[share_row(changes)]).await;
}

pub(crate) async fn add_notice(dataall: &Dataall, kind: &str, target: &str, created: &str) {
    let id = format!("{kind}-{target}-{created}");
    let row = json!({
        "notificationUri": id, "type": kind, "message": "…", "recipient": "owners", "is_read": false,
        "target_uri": target, "created": created,
    });
    dataall.insert("notification", &[object(row)]).await;
}

pub(crate) async fn open(dataall: &Dataall) -> DataallSource {
    DataallSource::connect(&dataall.config()).await.expect("the source opens")
}

pub(crate) async fn scan(dataall: &Dataall, want: Want) -> (Vec<Share>, Vec<Problem>) {
    scan_with(&dataall.config(), want).await
}

pub(crate) async fn scan_with(config: &SourceConfig, want: Want) -> (Vec<Share>, Vec<Problem>) {
    let source = DataallSource::connect(config).await.expect("the source opens");
    let (items, problems) = sorted(source.shares(&want)).await;
    source.close().await;
    (items.iter().map(|item| item.share().expect("a share").as_ref().clone()).collect(), problems)
}

pub(crate) async fn stacks(dataall: &Dataall, want: Want) -> (Vec<Stack>, Vec<Problem>) {
    stacks_with(&dataall.config(), want).await
}

pub(crate) async fn stacks_with(config: &SourceConfig, want: Want) -> (Vec<Stack>, Vec<Problem>) {
    let source = DataallSource::connect(config).await.expect("the source opens");
    let (items, problems) = sorted(source.stacks(&want)).await;
    source.close().await;
    let stack = |item: Item| match item {
        Item::Stack(stack) => stack.as_ref().clone(),
        other => panic!("{other:?} is no stack"),
    };
    (items.into_iter().map(stack).collect(), problems)
}

/// Items and problems apart.
pub(crate) async fn sorted(rows: BoxStream<'_, Result<Row, SourceError>>) -> (Vec<Item>, Vec<Problem>) {
    let rows: Vec<_> = rows.try_collect().await.expect("the rows");
    let (mut items, mut problems) = (Vec::new(), Vec::new());
    for row in rows {
        match row {
            Row::Item(item) => items.push(item),
            Row::Problem(problem) => problems.push(problem),
        }
    }
    (items, problems)
}

/// Every share with its items.
pub(crate) async fn all(dataall: &Dataall) -> (Vec<Share>, Vec<Problem>) {
    scan(dataall, Want::everything(today(), true)).await
}

pub(crate) fn uris(shares: &[Share]) -> Vec<&str> {
    shares.iter().map(|share| share.uri.as_str()).collect()
}

/// `item: text` of each problem.
pub(crate) fn shown(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(|p| format!("{}: {}", p.item.as_ref().map_or("", |key| key.as_str()), p.text)).collect()
}

/// The error and everything beneath it, as a log shows it.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |error| error.source()).map(|error| format!("{error}; {error:?}; ")).collect()
}

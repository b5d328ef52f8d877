//! Which indexes are advised: those that scans of these reminders use and that are not there.

use futures_util::TryStreamExt;
use nudged::{
    model::Manifest,
    source::{Advice, Source, Want},
};
use nudged_tests::{Dataall, Database};
use serde_json::{Value, json};

use crate::source::{add_share, chain, on_both, open, today, world};

on_both! {
    crate::source::world:
    what_a_strategy_does_not_read_needs_no_index,
    what_was_advised_is_advised_no_more_once_it_is_there,
    an_index_of_the_operator_s_own_will_do,
    an_index_of_other_rows_will_not_do,
    who_reads_everything_leaves_little_to_gain,
}

/// What the shipped strategies read.
fn shipped() -> Vec<(&'static str, Manifest)> {
    let live = json!(["Share_Succeeded", "Revoke_Failed"]);
    vec![
        ("pending", shares(json!({ "statuses": ["Submitted"], "fields": ["items"] }))),
        ("extension", shares(json!({ "extension-asked": true }))),
        ("expiring", shares(json!({ "expires-within-days": 30, "item-statuses": live, "fields": ["items"] }))),
        ("failed", shares(json!({ "item-statuses": ["Share_Failed"], "fields": ["items"] }))),
        ("ill", shares(json!({ "item-health": ["Unhealthy"], "fields": ["items"] }))),
        ("stack", manifest("stack-strategy", json!({ "statuses": ["CREATE_FAILED"], "kinds": ["dataset"] }))),
    ]
}

fn shares(reads: Value) -> Manifest {
    manifest("share-strategy", reads)
}

fn manifest(kind: &str, reads: Value) -> Manifest {
    let manifest = json!({ "name": "n", "version": "1.0.0", "kind": kind, "reads": reads });
    serde_json::from_value(manifest).expect("a manifest")
}

async fn advise(dataall: &Dataall, reading: &[(&str, Manifest)]) -> Vec<Advice> {
    let reading: Vec<_> = reading.iter().map(|(name, manifest)| (*name, manifest)).collect();
    let source = open(dataall).await;
    let advice = source.advise(&reading).await.expect("advice");
    source.close().await;
    advice
}

fn names(advice: &[Advice]) -> Vec<&str> {
    advice.iter().map(|advice| advice.index.trim_start_matches("nudged_")).collect()
}

/// Each by itself, as `CREATE INDEX CONCURRENTLY` wants it.
async fn follow(dataall: &Dataall, advice: &[Advice]) {
    for Advice { statement, .. } in advice {
        dataall.database.execute(statement).await;
    }
}

async fn what_a_strategy_does_not_read_needs_no_index(dataall: Dataall) {
    assert_eq!(advise(&dataall, &[]).await, []);
    let processed = [("live", shares(json!({ "statuses": ["Processed"] })))];
    let advice = advise(&dataall, &processed).await;
    assert_eq!(names(&advice), ["share_object_status"]);
    assert_eq!(
        (&*advice[0].reminders, &*advice[0].why),
        (&["live".to_owned()][..], "live: finds shares by their status")
    );
    let records = [("certificates", manifest("record-strategy", json!({ "statuses": ["Processed"] })))];
    assert_eq!(advise(&dataall, &records).await, []);
    let ill = [shipped().swap_remove(4)];
    assert_eq!(names(&advise(&dataall, &ill).await)[..2], ["share_object_status", "share_object_item_share_uri"]);
}

async fn what_was_advised_is_advised_no_more_once_it_is_there(dataall: Dataall) {
    let advice = advise(&dataall, &shipped()).await;
    let only_postgres = ["share_object_expiry_date", "share_object_submitted_for_extension", "notification_share"];
    let expected = [
        "share_object_status",
        "share_object_expiry_date",
        "share_object_submitted_for_extension",
        "share_object_item_share_uri",
        "share_object_item_status",
        "share_object_item_health_status",
        "notification_share",
        "stack_status",
    ];
    let both: Vec<_> = expected.into_iter().filter(|name| !only_postgres.contains(name)).collect();
    assert_eq!(names(&advice), if dataall.database.is_postgres() { &expected[..] } else { &both });
    let (first, rest) = advice.split_first().expect("advice");
    follow(&dataall, std::slice::from_ref(first)).await;
    assert_eq!(advise(&dataall, &shipped()).await, rest);
    follow(&dataall, &advice).await;
    assert_eq!(advise(&dataall, &shipped()).await, []);
}

async fn an_index_of_the_operator_s_own_will_do(dataall: Dataall) {
    let (shares, items) = (dataall.table("share_object"), dataall.table("share_object_item"));
    let made = format!(
        r#"CREATE INDEX own ON {shares} (status, created); CREATE INDEX other ON {items} ("itemType", "shareUri")"#
    );
    dataall.database.execute(&made).await;
    let pending = [shipped().swap_remove(0)];
    let advice = advise(&dataall, &pending).await;
    assert_eq!(names(&advice)[0], "share_object_item_share_uri", "what an index begins with counts: {advice:?}");
}

async fn an_index_of_other_rows_will_not_do(dataall: Dataall) {
    let shares = dataall.table("share_object");
    dataall.database.execute(&format!("CREATE INDEX gone ON {shares} (status) WHERE deleted IS NOT NULL")).await;
    dataall.database.execute(&format!("CREATE INDEX small ON {shares} (lower(status))")).await;
    let pending = [shipped().swap_remove(0)];
    assert_eq!(names(&advise(&dataall, &pending).await)[0], "share_object_status");
}

async fn who_reads_everything_leaves_little_to_gain(dataall: Dataall) {
    let everything = [("all", shares(json!({}))), ("pending", shares(json!({ "statuses": ["Submitted"] })))];
    let advice = advise(&dataall, &everything).await;
    let why = "pending: finds shares by their status; it hardly helps: all reads all of share_object";
    assert_eq!((names(&advice)[0], &*advice[0].why), ("share_object_status", why));
}

/// Twenty thousand shares, of which at most one in a hundred matters to each reminder. The items are long, so that passing
/// over them costs more than looking some up.
async fn crowd() -> Dataall {
    let dataall = world(Database::fresh_postgres().await).await;
    let table = |name| dataall.table(name);
    let (shares, items, notices, stacks) =
        (table("share_object"), table("share_object_item"), table("notification"), table("stack"));
    let rows = format!(
        r#"INSERT INTO {shares} ("shareUri", "datasetUri", "environmentUri", "groupUri", owner, "principalId", "principalType",
            created, status, "expiryDate", "submittedForExtension")
        SELECT 's' || n, 'd1', 'e1', 'team', 'rita@x.test', 'p', 'Group', '2026-03-01',
            CASE WHEN n % 1000 = 0 THEN 'Submitted' ELSE 'Processed' END,
            CASE WHEN n % 100 = 1 THEN timestamp '2026-05-10' END, n % 100 = 2 FROM generate_series(1, 20000) AS n;
        INSERT INTO {items} ("shareItemUri", "shareUri", "itemType", "itemUri", "itemName", owner, created, status, "healthStatus")
        SELECT 'i' || "shareUri", "shareUri", 'DatasetTable', 't', repeat('orders ', 100), owner, created,
            CASE WHEN substr("shareUri", 2)::int % 100 = 3 THEN 'Share_Failed' ELSE 'Share_Succeeded' END,
            CASE WHEN substr("shareUri", 2)::int % 100 = 4 THEN 'Unhealthy' ELSE 'Healthy' END FROM {shares};
        INSERT INTO {notices} ("notificationUri", type, message, recipient, is_read, target_uri, created)
        SELECT 'n' || "shareUri", 'SHARE_OBJECT_SUBMITTED', repeat('…', 50), 'owners', FALSE, "shareUri" || '|d1', created
        FROM {shares};
        INSERT INTO {stacks} ("stackUri", "targetUri", accountid, region, stack, status)
        SELECT 'k' || n, 'd1', '1', 'eu-west-1', 'dataset',
            CASE WHEN n % 100 = 5 THEN 'CREATE_FAILED' ELSE 'CREATE_COMPLETE' END FROM generate_series(1, 20000) AS n"#
    );
    dataall.database.execute(&rows).await;
    dataall
}

async fn scan_once(dataall: &Dataall) {
    let manifests = shipped();
    let want = Want::of(manifests.iter().map(|(_, manifest)| manifest), today());
    let source = open(dataall).await;
    let shares: Vec<_> = source.shares(&want).try_collect().await.expect("the shares");
    let stacks: Vec<_> = source.stacks(&want).try_collect().await.expect("the stacks");
    assert_eq!((shares.len(), stacks.len()), (20 + 200 * 4, 200));
    source.close().await;
}

#[tokio::test]
async fn scans_on_postgres_use_every_index_that_was_advised() {
    let dataall = crowd().await;
    let advice = advise(&dataall, &shipped()).await;
    assert_eq!(advice.len(), 8);
    follow(&dataall, &advice).await;
    dataall.database.execute("ANALYZE").await;
    scan_once(&dataall).await;
    // A session counts when it ends.
    let unused = "SELECT COUNT(*) FROM pg_stat_user_indexes WHERE indexrelname LIKE 'nudged%' AND idx_scan = 0";
    dataall.database.until(unused, 0).await;
}

#[tokio::test]
async fn an_index_by_which_most_rows_are_found_is_told_to_help_little() {
    let dataall = crowd().await;
    let live = [("live", shares(json!({ "statuses": ["Processed", "Revoked"] })))];
    assert!(!advise(&dataall, &live).await[0].why.contains("hardly"), "nothing is known yet");
    dataall.database.execute("ANALYZE").await;
    let why = "live: finds shares by their status; it hardly helps: about 100 % of share_object match";
    assert_eq!(advise(&dataall, &live).await[0].why, why);
    let advice = advise(&dataall, &[shipped().swap_remove(0)]).await;
    assert!(advice.iter().all(|advice| !advice.why.contains("hardly")), "{advice:?}");
}

/// Whether sessions may join by nested loops: a view says it when it is read.
async fn nested_loops(dataall: &Dataall) -> String {
    let read: Result<Vec<_>, _> = open(dataall).await.shares(&Want::everything(today(), false)).try_collect().await;
    chain(&read.expect_err("the view refuses to be read"))
}

#[tokio::test]
async fn nested_loops_are_allowed_where_an_index_and_statistics_make_them_right() {
    let dataall = world(Database::fresh_postgres().await).await;
    add_share(&dataall, json!({})).await;
    let (environment, renamed) = (dataall.table("environment"), dataall.table("environment_table"));
    let telling = format!(
        "CREATE FUNCTION public.tell() RETURNS boolean LANGUAGE plpgsql VOLATILE AS
             $$ BEGIN RAISE 'nested loops are %', current_setting('enable_nestloop'); END $$;
         ALTER TABLE {environment} RENAME TO environment_table;
         CREATE VIEW {environment} AS SELECT * FROM {renamed} WHERE public.tell();"
    );
    dataall.database.execute(&telling).await;
    let off = |text: &str| assert!(text.contains("nested loops are off"), "{text}");
    off(&nested_loops(&dataall).await);
    let advice = advise(&dataall, &shipped()).await;
    let item = advice.iter().find(|advice| advice.index.ends_with("item_share_uri")).expect("it is missing");
    follow(&dataall, std::slice::from_ref(item)).await;
    off(&nested_loops(&dataall).await);

    let crowded = crowd().await;
    crowded.database.execute(&telling).await;
    crowded.database.execute("ANALYZE").await;
    off(&nested_loops(&crowded).await);
    follow(&crowded, std::slice::from_ref(item)).await;
    let text = nested_loops(&crowded).await;
    assert!(text.contains("nested loops are on"), "{text}");
}

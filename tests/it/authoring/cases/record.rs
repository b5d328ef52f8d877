//! `nudged plugin record`, from both databases.

use std::{fs, path::Path};

use nudged_tests::{Author, Dataall, Database, Done, NOW, plugin_file};
use serde_json::{Value, json};

use crate::source::{object, on_both};

/// What is recorded into.
const FILE: &str = "recorded.json";

on_both! { super::dataall:
    shares_are_recorded,
    records_are_recorded,
}

/// A data.all with pending shares of Rita's and Paul's.
async fn dataall(database: Database) -> Dataall {
    let dataall = Dataall::new(database, "dev").await;
    dataall
        .insert(
            "environment",
            &[object(json!({
                "environmentUri": "env-geheim", "organizationUri": "o1", "label": "Labor", "name": "lab",
                "owner": "eve@firma.test", "AwsAccountId": "123456789012", "region": "eu-west-1",
                "environmentType": "Data", "EnvironmentDefaultIAMRoleName": "r", "EnvironmentDefaultIAMRoleArn": "a",
                "roleCreated": true, "SamlGroupName": "labor-admins", "CDKRoleArn": "c", "resourcePrefix": "p",
            }))],
        )
        .await;
    dataall
        .insert("dataset", &[object(json!({
            "datasetUri": "ds-geheim", "environmentUri": "env-geheim", "organizationUri": "o1", "label": "Umsatz",
            "name": "umsatz", "owner": "pam@firma.test", "AwsAccountId": "1", "language": "English",
            "confidentiality": "Secret", "SamlAdminGroupName": "vertrieb", "stewards": "pfleger", "datasetType": "S3",
        }))])
        .await;
    let share = |uri: &str, owner: &str| {
        object(json!({
            "shareUri": uri, "datasetUri": "ds-geheim", "environmentUri": "env-geheim", "groupUri": "analyse",
            "status": "Submitted", "owner": owner, "created": "2026-03-01T08:00:00",
            "updated": "2026-03-05 08:00:00", "principalId": "p1", "principalName": "rolle-analyse",
            "principalType": "Group", "requestPurpose": "Prognose für Paul",
        }))
    };
    let rows = [share("sh-1", "rita@firma.test"), share("sh-2", "paul@firma.test"), share("sh-3", "rita@firma.test")];
    dataall.insert("share_object", &rows).await;
    dataall
}

/// Everything that somebody could be known by.
const TELLING: [&str; 12] = [
    "firma", "rita", "paul", "Paul", "Umsatz", "vertrieb", "pfleger", "analyse", "Labor", "Prognose", "geheim", "sh-1",
];

fn recorded(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).expect("is written")).expect("JSON")
}

async fn record(author: &Author, name: &str, database: &Database, more: &[&str]) -> Done {
    let (component, url) = (plugin_file(name).display().to_string(), database.written_url());
    let arguments = ["plugin", "record", &component, "--db", &url, "--now", NOW, "--out", FILE];
    author.nudged(&[&arguments, more].concat()).await
}

async fn shares_are_recorded(dataall: Dataall) {
    let author = Author::new();
    let done = record(&author, "pending-share", &dataall.database, &["--schema", "dev"]).await;
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(done.stdout.starts_with("recorded 3 items in recorded.json"), "{done:?}");
    let file = author.path(FILE);
    let text = fs::read_to_string(&file).expect("is written");
    assert_eq!(TELLING.iter().find(|part| text.contains(*part)), None, "{text}");
    let cases = recorded(&file);
    let name = cases[0]["name"].as_str().expect("a name");
    assert!(name.starts_with("recorded 2") && name.contains(" with pending-share ") && name.ends_with("items 1 to 3"));
    assert_eq!(cases[0]["items"][0]["since"], "2026-03-05T08:00:00Z");
    let owners: Vec<_> = (0..3).map(|item| cases[0]["items"][item]["owner"].clone()).collect();
    assert_eq!(owners, ["person-1@example.com", "person-2@example.com", "person-1@example.com"]);
    assert_eq!(cases[0]["expect"][0]["attributes"]["Requester"], "person-1@example.com");
    let done = author.nudged(&["plugin", "replay", &plugin_file("pending-share").display().to_string(), FILE]).await;
    assert_eq!((done.code, done.stdout.as_str()), (Some(0), "1 same, 0 changed, 0 faults\n"), "{done:?}");
}

async fn records_are_recorded(dataall: Dataall) {
    let database = &dataall.database;
    database
        .execute(
            "CREATE TABLE contract (id TEXT, owner TEXT, due TEXT, state TEXT, note TEXT);
             INSERT INTO contract VALUES ('k-geheim', 'rita@firma.test', '2026-05-10', 'open', 'Paul fragen'),
                ('k2', 'paul@firma.test', '2026-05-11', 'open', NULL), ('k3', 'rita@firma.test', '2026-09-01', 'open', 'x')",
        )
        .await;
    let author = Author::new();
    let query = [
        "--query",
        "SELECT * FROM contract ORDER BY id",
        "--id",
        "id",
        "--parameters",
        r#"{"deadline_column":"due","title_column":"owner"}"#,
    ];
    let done = record(&author, "due-record", database, &query).await;
    assert_eq!(done.code, Some(0), "{done:?}");
    let file = author.path(FILE);
    let text = fs::read_to_string(&file).expect("is written");
    assert_eq!(TELLING.iter().find(|part| text.contains(*part)), None, "{text}");
    let items = &recorded(&file)[0]["items"];
    let of = |id: &str| {
        let find = |item: &&Value| item["id"] == id;
        items.as_array().expect("items").iter().find(find).unwrap_or_else(|| panic!("{id}: {items}")).clone()
    };
    assert_eq!(of("record-1")["columns"]["state"], "open");
    assert_eq!(of("record-2")["columns"]["id"], "record-2");
    let kept = [&query[..], &["--keep", "note", "--force"]].concat();
    let done = record(&author, "due-record", database, &kept).await;
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(fs::read_to_string(&file).expect("is written").contains("Paul fragen"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_there_is_left_alone_and_nothing_is_left_over() {
    let (dataall, author) = (dataall(Database::fresh_sqlite()).await, Author::new());
    let file = author.path(FILE);
    author.write(FILE, "mine");
    let done = record(&author, "pending-share", &dataall.database, &[]).await;
    assert_eq!(done.code, Some(2), "{done:?}");
    assert!(done.stderr.contains("recorded.json is there already") && done.stderr.contains("--force"), "{done:?}");
    assert_eq!(fs::read_to_string(&file).expect("is there"), "mine");
    let before = fs::read(dataall.database.file()).expect("the database");
    let done = record(&author, "pending-share", &dataall.database, &["--force", "--limit", "2"]).await;
    assert_eq!(done.code, Some(0), "{done:?}");
    assert_eq!(recorded(&file)[0]["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(fs::read(dataall.database.file()).expect("the database"), before, "it is only read");
    assert_eq!(fs::read_dir(author.path("")).expect("the folder").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_recorded_is_told() {
    let (dataall, author) = (dataall(Database::fresh_sqlite()).await, Author::new());
    for (name, more, expected) in [
        ("email", &[][..], "email is a channel: it reads no database"),
        (
            "due-record",
            &["--parameters", r#"{"deadline_column":"due","title_column":"owner"}"#],
            "give --query and --id",
        ),
        ("pending-share", &["--parameters", r#"{"warn":1}"#], "do not fit the schema of pending-share"),
        ("failing-stack", &[], "there is nothing to record"),
    ] {
        let done = record(&author, name, &dataall.database, more).await;
        assert!(done.code == Some(1) && done.stderr.contains(expected), "{expected}: {done:?}");
    }
    assert_eq!(fs::read_dir(author.path("")).expect("the folder").count(), 0);
}

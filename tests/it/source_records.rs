//! Records: the rows of an operator's own query, on SQLite and on PostgreSQL.

use std::collections::BTreeMap;

use futures_util::TryStreamExt;
use nudged::{
    config::RecordsConfig,
    model::{Item, Problem, Record},
    source::{Records, SourceError, SqlRecords},
};
use nudged_tests::Database;

use crate::source::{chain, on_both, shown, sorted};

on_both! {
    crate::source_records::tickets:
    every_row_is_a_record_of_texts,
    values_of_every_type_are_texts,
    rows_without_an_id_and_ids_that_occur_twice_are_problems,
    what_the_configuration_names_must_be_a_column,
    a_query_that_cannot_be_run_is_named_by_its_setting,
    a_query_can_only_read,
    a_view_that_has_changed_is_read_as_it_is_now,
    the_end_of_the_query_does_not_matter,
    ten_thousand_records_come_by_id,
}

/// Three tickets, one of them of nobody.
pub(crate) async fn tickets(database: Database) -> Database {
    let rows = "CREATE TABLE ticket (id INTEGER, title TEXT, team TEXT, due TIMESTAMP);
        INSERT INTO ticket VALUES (2, 'a \"b\" / é', 'ops', '2026-05-04 10:00:00'), (1, 'Disk', 'ops', NULL), (10, '', NULL, NULL);";
    database.execute(rows).await;
    database
}

fn config(database: &Database, query: &str) -> RecordsConfig {
    RecordsConfig {
        name: "tickets".to_owned(),
        url: database.url(),
        query: query.to_owned(),
        id: "id".to_owned(),
        timezone: chrono_tz::Europe::Berlin,
        roles: BTreeMap::new(),
        link: None,
    }
}

async fn records(config: &RecordsConfig) -> (Vec<Record>, Vec<Problem>) {
    let source = SqlRecords::new(config);
    let (items, problems) = sorted(source.records()).await;
    source.close().await;
    let record = |item: Item| match item {
        Item::Record(record) => record.as_ref().clone(),
        other => panic!("{other:?} is no record"),
    };
    (items.into_iter().map(record).collect(), problems)
}

fn ids(records: &[Record]) -> Vec<&str> {
    records.iter().map(|record| record.id.as_str()).collect()
}

async fn failure(config: &RecordsConfig) -> SourceError {
    SqlRecords::new(config).columns().await.expect_err("an error")
}

async fn every_row_is_a_record_of_texts(database: Database) {
    let config = RecordsConfig {
        roles: [("owner".to_owned(), "team".to_owned())].into(),
        link: Some("https://x.test/{id}?t={title}".to_owned()),
        ..config(&database, "SELECT * FROM ticket")
    };
    let (records, problems) = records(&config).await;
    assert_eq!((ids(&records), problems), (vec!["1", "10", "2"], vec![]));
    let due = if database.is_postgres() { "2026-05-04T10:00:00" } else { "2026-05-04 10:00:00" };
    let text = |(column, value): (&str, &str)| (column.to_owned(), value.to_owned());
    let expected = Record {
        source: "tickets".to_owned(),
        id: "2".to_owned(),
        columns: [("id", "2"), ("title", "a \"b\" / é"), ("team", "ops"), ("due", due)].map(text).into(),
        zone: chrono_tz::Europe::Berlin,
        roles: vec![text(("owner", "ops"))],
        link: Some("https://x.test/2?t=a%20%22b%22%20%2F%20%C3%A9".to_owned()),
    };
    assert_eq!(records[2], expected);
    assert_eq!(records[2].instant("due"), "2026-05-04T08:00:00Z".parse().ok());
    assert_eq!(records[1].roles, [text(("owner", ""))], "of nobody, though the role is known");
    assert_eq!((records[1].column("due"), records[1].column("title")), (None, Some("")));
}

async fn values_of_every_type_are_texts(database: Database) {
    let (query, expected) = if database.is_postgres() {
        let query = "SELECT 1 AS id, true AS flag, 12345678901234567890.5::numeric AS number, '{\"a\": [1]}'::json AS tree, \
                     ARRAY['x','y'] AS list, DATE '2026-05-04' AS day, TIMESTAMPTZ '2026-05-04 10:00:00+02' AS at, \
                     'NaN'::float8 AS odd, NULL AS missing, 'plain' AS \"My \"\"col\"";
        let day = "2026-05-04T08:00:00+00:00";
        (
            query,
            vec![
                "1",
                "true",
                "12345678901234567890.5",
                "{\"a\": [1]}",
                "[\"x\",\"y\"]",
                "2026-05-04",
                day,
                "NaN",
                "plain",
            ],
        )
    } else {
        let query =
            "SELECT 1 AS id, 2.5 AS number, x'6869' AS bytes, NULL AS missing, 'plain' AS \"My \"\"col\", 1 + 1";
        (query, vec!["1", "2.5", "hi", "plain", "2"])
    };
    let (records, problems) = records(&config(&database, query)).await;
    assert_eq!(shown(&problems), [""; 0]);
    let values: Vec<_> = records[0].columns.iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!(values, expected);
    assert_eq!(records[0].column("My \"col"), Some("plain"));
}

async fn rows_without_an_id_and_ids_that_occur_twice_are_problems(database: Database) {
    database
        .execute(
            "INSERT INTO ticket VALUES (NULL, 'Lost', 'ops', NULL), (2, 'Again', NULL, NULL), (2, 'x', NULL, NULL)",
        )
        .await;
    let (read, problems) = records(&config(&database, "SELECT * FROM ticket")).await;
    assert_eq!(ids(&read), ["1", "10", "2"]);
    let problems = shown(&problems);
    assert_eq!(problems.len(), 2, "{problems:?}");
    let about = |words: [&str; 3]| problems.iter().any(|problem| words.iter().all(|word| problem.contains(word)));
    assert!(about(["sources.tickets: the row title=\"Lost\" team=\"ops\"", "no \"id\"", ""]), "{problems:?}");
    assert!(about(["record:tickets:2: sources.tickets: more than one row", "\"id\"", "\"2\""]), "{problems:?}");
    let empty =
        RecordsConfig { id: "title".to_owned(), ..config(&database, "SELECT id, title FROM ticket WHERE id = 10") };
    let (read, problems) = records(&empty).await;
    assert_eq!((read.len(), problems.len()), (0, 1));
}

async fn what_the_configuration_names_must_be_a_column(database: Database) {
    let config = config(&database, "SELECT id, title FROM ticket");
    let role = |role: &str, column: &str| BTreeMap::from([(role.to_owned(), column.to_owned())]);
    for (config, words) in [
        (RecordsConfig { id: "ID".into(), ..config.clone() }, ["sources.tickets.id: ", "\"ID\"; it has: id, title"]),
        (
            RecordsConfig { roles: role("owner", "team"), ..config.clone() },
            ["sources.tickets.roles.owner: ", "\"team\""],
        ),
        (RecordsConfig { link: Some("https://x/{no}".into()), ..config.clone() }, ["sources.tickets.link: ", "\"no\""]),
    ] {
        let text = failure(&config).await.what;
        assert!(words.iter().all(|word| text.contains(word)), "{text}");
    }
}

async fn a_query_that_cannot_be_run_is_named_by_its_setting(database: Database) {
    for query in ["SELECT id FROM no_such", "SELEC 1", "", "SELECT 1 AS id; DELETE FROM ticket"] {
        let text = chain(&failure(&config(&database, query)).await);
        assert!(text.contains("sources.tickets.query: the query cannot be run"), "{text}");
    }
    let source = SqlRecords::new(&config(&database, "SELECT * FROM ticket"));
    source.columns().await.expect("the query runs");
    database.execute("DROP TABLE ticket").await;
    let text = chain(&source.columns().await.expect_err("an error"));
    assert!(text.contains("sources.tickets.query") && text.contains("ticket"), "{text}");
}

async fn a_query_can_only_read(database: Database) {
    let query = if database.is_postgres() {
        let write = "CREATE FUNCTION write() RETURNS TABLE (id INT) LANGUAGE sql VOLATILE AS
            'INSERT INTO ticket VALUES (99) RETURNING id'";
        database.execute(write).await;
        "SELECT * FROM write()"
    } else {
        "DELETE FROM ticket RETURNING id"
    };
    let source = SqlRecords::new(&config(&database, query));
    if source.columns().await.is_ok() {
        let read: Result<Vec<_>, _> = source.records().try_collect().await;
        let text = chain(&read.expect_err("the write is refused"));
        assert!(text.contains("read-only transaction"), "{text}");
    }
    assert_eq!(database.number("SELECT COUNT(*) FROM ticket").await, 3);
}

async fn a_view_that_has_changed_is_read_as_it_is_now(database: Database) {
    database.execute("CREATE VIEW v AS SELECT id, title FROM ticket").await;
    let source = SqlRecords::new(&config(&database, "SELECT * FROM v"));
    assert_eq!(sorted(source.records()).await.0.len(), 3);
    database.execute("DROP VIEW v; CREATE VIEW v AS SELECT id, team, due, title FROM ticket").await;
    let (items, _) = sorted(source.records()).await;
    let Item::Record(record) = &items[0] else { panic!("a record") };
    assert_eq!(record.columns.iter().map(|(column, _)| column.as_str()).collect::<Vec<_>>(), ["id", "team", "title"]);
}

async fn the_end_of_the_query_does_not_matter(database: Database) {
    for query in ["SELECT id FROM ticket ;\n", "WITH t AS (SELECT id FROM ticket) SELECT * FROM t -- all of them"] {
        assert_eq!(records(&config(&database, query)).await.0.len(), 3, "{query}");
    }
}

async fn ten_thousand_records_come_by_id(database: Database) {
    let query = "WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 10000) SELECT * FROM n";
    let (read, problems) = records(&config(&database, query)).await;
    assert_eq!((read.len(), problems.len()), (10_000, 0));
    assert!(read.is_sorted_by(|a, b| a.id < b.id));
}

#[tokio::test]
async fn bytes_that_are_no_text_are_a_problem_and_stop_nothing() {
    let database = tickets(Database::fresh_sqlite()).await;
    let query = "SELECT id, CASE id WHEN 1 THEN x'ff00fe' ELSE title END AS title FROM ticket";
    let (read, problems) = records(&config(&database, query)).await;
    assert_eq!(ids(&read), ["10", "2"]);
    assert!(problems[0].text.contains("\"title\" of the row id=\"1\""), "{problems:?}");
}

#[tokio::test]
async fn a_database_that_was_away_is_opened_as_soon_as_it_is_there() {
    let database = Database::fresh_sqlite();
    let source = SqlRecords::new(&config(&database, "SELECT * FROM ticket"));
    let missing = source.records().try_collect::<Vec<_>>().await.expect_err("no such file").what;
    assert!(missing.contains("sources.tickets.url") && missing.contains("does not exist"), "{missing}");
    let _database = tickets(database).await;
    assert_eq!(sorted(source.records()).await.0.len(), 3);
}

#[tokio::test]
async fn an_unreachable_database_of_records_is_named_without_its_password() {
    let here = Database::fresh_sqlite();
    let url =
        nudged::config::DatabaseUrl::Postgres(nudged::config::Secret::new("postgres://u:hunter2@127.0.0.1:1/crm"));
    let text = chain(&failure(&RecordsConfig { url, ..config(&here, "SELECT 1") }).await);
    assert!(
        text.contains("sources.tickets.url: PostgreSQL at 127.0.0.1:1, database \"crm\" cannot be reached"),
        "{text}"
    );
    assert!(!text.contains("hunter2"), "{text}");
    let missing = failure(&config(&here, "SELECT 1")).await.what;
    assert!(missing.contains("sources.tickets.url: ") && missing.contains("does not exist"), "{missing}");
}

//! All rows of data.all's tables at one moment, and what differs from a moment before.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::{AddedRow, Dataall, Meanwhile, StateLine};

/// Each table with the columns of its key.
const TABLES: [(&str, &[&str]); 10] = [
    ("environment", &["environmentUri"]),
    ("environment_group_permission", &["groupUri", "environmentUri"]),
    ("dataset", &["datasetUri"]),
    ("share_object", &["shareUri"]),
    ("share_object_item", &["shareItemUri"]),
    ("notification", &["notificationUri"]),
    ("stack", &["stackUri"]),
    ("task", &["taskUri"]),
    ("activity", &["activityUri"]),
    ("resource_lock", &["resourceUri", "resourceType"]),
];

type Row = Map<String, Value>;

/// Every row, by table and key.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot(BTreeMap<(&'static str, Vec<String>), Row>);

/// What has become of the rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    /// Values that have changed, by table, key and column.
    pub changed: Vec<StateLine>,
    /// Rows that are new, by table and key.
    pub added: Vec<AddedRow>,
    /// Tables and keys of rows that are gone.
    pub gone: Vec<(&'static str, Vec<String>)>,
}

impl Snapshot {
    /// What has changed up to `later`.
    pub fn until(&self, later: &Self) -> Changes {
        let mut changes = Changes::default();
        for (at, row) in &later.0 {
            match self.0.get(at) {
                Some(before) => changes.changed.extend(differences(at, before, row)),
                None => changes.added.push(AddedRow { table: at.0.to_owned(), row: row.clone() }),
            }
        }
        changes.gone = self.0.keys().filter(|at| !later.0.contains_key(at)).cloned().collect();
        changes
    }
}

fn differences(at: &(&str, Vec<String>), before: &Row, after: &Row) -> Vec<StateLine> {
    let line = |(column, after): (&String, &Value)| {
        let before = &before[column];
        (before != after).then(|| StateLine {
            table: at.0.to_owned(),
            key: at.1[0].clone(),
            column: column.clone(),
            before: before.clone(),
            after: after.clone(),
        })
    };
    after.iter().filter_map(line).collect()
}

impl Dataall {
    /// Every row as it is now: timestamps and flags as PostgreSQL writes them in JSON.
    pub async fn snapshot(&self) -> Snapshot {
        let mut all = BTreeMap::new();
        for (table, key) in TABLES {
            for row in self.rows(table).await {
                let key = key.iter().map(|column| row[*column].as_str().expect("a key").to_owned()).collect();
                all.insert((table, key), row);
            }
        }
        Snapshot(all)
    }

    /// Does what others do to one row.
    pub async fn apply(&self, change: &Meanwhile) {
        let known = TABLES.iter().find(|(table, _)| *table == change.table);
        let (table, key) = known.unwrap_or_else(|| panic!("{} is no table", change.table));
        let (table, key) = (self.table(table), format!(r#""{}" = {}"#, key[0], literal(&change.key.as_str().into())));
        let sql = match &change.set {
            None => format!("DELETE FROM {table} WHERE {key}"),
            Some(values) => {
                let values = values.iter().map(|(column, value)| format!(r#""{column}" = {}"#, literal(value)));
                format!("UPDATE {table} SET {} WHERE {key}", values.collect::<Vec<_>>().join(", "))
            }
        };
        self.database.execute(&sql).await;
    }

    async fn rows(&self, table: &str) -> Vec<Row> {
        let texts: Vec<String> = match self.database.postgres_url() {
            Some(url) => {
                let sql = format!("SELECT to_json(t)::text FROM {} t", self.table(table));
                let mut connection = PgConnection::connect(url).await.expect("the database answers");
                sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut connection).await.expect("the rows")
            }
            None => {
                let options = SqliteConnectOptions::new().filename(self.database.file());
                let mut connection = SqliteConnection::connect_with(&options).await.expect("the file opens");
                let columns =
                    format!(r#"SELECT '''' || name || ''', "' || name || '"' FROM pragma_table_info('{table}')"#);
                let columns: Vec<String> =
                    sqlx::query_scalar(AssertSqlSafe(columns)).fetch_all(&mut connection).await.expect("the columns");
                let sql = format!("SELECT json_object({}) FROM {table}", columns.join(", "));
                sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut connection).await.expect("the rows")
            }
        };
        let row = |text: &String| -> Row { serde_json::from_str(text).expect("a row") };
        texts.iter().map(|text| row(text).into_iter().map(|(name, value)| (name, plain(value))).collect()).collect()
    }
}

/// A value in the one form that both databases' values are brought into.
fn plain(value: Value) -> Value {
    match value {
        Value::Bool(flag) => u8::from(flag).into(),
        Value::String(text) if text.starts_with('{') => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        Value::String(text) if text.get(10..11) == Some(" ") && text.len() >= 19 => text.replacen(' ', "T", 1).into(),
        other => other,
    }
}

fn literal(value: &Value) -> String {
    match value {
        Value::String(text) => format!("'{}'", text.replace('\'', "''")),
        other => other.to_string(),
    }
}

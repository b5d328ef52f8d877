//! An expired share in data.all's tables, and everything that is in them.

use std::collections::BTreeMap;

use nudged::{
    config::{ExpiryAction, SourceConfig},
    source::{Acted, DataallActions, Order, Refusal},
};
use nudged_tests::{Dataall, Database, at};
use serde_json::{Map, Value, json};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection, sqlite::SqliteConnectOptions};

/// Runs each test over both databases, as `act::sqlite::…` and `act::postgres::…`.
macro_rules! on_both {
    ($($name:ident,)*) => {
        mod sqlite {
            use crate::act_world::World;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(World::sqlite().await).await;
            })*
        }
        mod postgres {
            use crate::act_world::World;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(World::postgres().await).await;
            })*
        }
    };
}
pub(crate) use on_both;

const TABLES: [&str; 10] = [
    "environment",
    "environment_group_permission",
    "dataset",
    "share_object",
    "share_object_item",
    "notification",
    "stack",
    "task",
    "activity",
    "resource_lock",
];

/// Every row of every table.
pub(crate) type Snapshot = BTreeMap<&'static str, Vec<Value>>;

/// Share `s1` of dataset `d1`: `Processed`, expired, one item shared.
pub(crate) struct World {
    pub(crate) dataall: Dataall,
}

impl World {
    pub(crate) async fn sqlite() -> Self {
        Self::new(Database::fresh_sqlite()).await
    }

    pub(crate) async fn postgres() -> Self {
        Self::new(Database::fresh_postgres().await).await
    }

    async fn new(database: Database) -> Self {
        let world = Self { dataall: Dataall::new(database, "my \"dev").await };
        world.fill().await;
        world
    }

    /// Empties the tables and starts anew.
    pub(crate) async fn reset(&self) {
        for table in TABLES {
            self.execute(&format!("DELETE FROM {}", self.dataall.table(table))).await;
        }
        self.fill().await;
    }

    async fn fill(&self) {
        for (uri, admins) in [("e1", "owners"), ("e2", "team")] {
            let environment = json!({
                "environmentUri": uri, "organizationUri": "o1", "label": "Lab", "name": "lab", "owner": "eve@x.test",
                "AwsAccountId": "1", "region": "eu-west-1", "environmentType": "Data",
                "EnvironmentDefaultIAMRoleName": "r", "EnvironmentDefaultIAMRoleArn": "a", "roleCreated": true,
                "SamlGroupName": admins, "CDKRoleArn": "c", "resourcePrefix": "p",
            });
            self.add("environment", environment).await;
            let member = json!({ "groupUri": admins, "environmentUri": uri, "groupRoleInEnvironment": "Admin" });
            self.add("environment_group_permission", member).await;
        }
        let dataset = json!({
            "datasetUri": "d1", "environmentUri": "e1", "organizationUri": "o1", "label": "Sales", "name": "sales",
            "owner": "pam@x.test", "AwsAccountId": "1", "language": "English", "confidentiality": "Secret",
            "SamlAdminGroupName": "owners", "stewards": "approvers", "datasetType": "S3",
        });
        self.add("dataset", dataset).await;
        self.add_share("s1").await;
        self.add_item("i1", "Share_Succeeded").await;
    }

    pub(crate) async fn add_share(&self, uri: &str) {
        let share = json!({
            "shareUri": uri, "datasetUri": "d1", "environmentUri": "e2", "groupUri": "team", "status": "Processed",
            "owner": "rita@x.test", "created": "2026-03-01 08:00:00", "updated": "2026-03-05 08:00:00",
            "principalId": "p1", "principalName": "role-team", "principalType": "Group",
            "expiryDate": "2026-04-23 00:00:00",
        });
        self.add("share_object", share).await;
    }

    /// Adds an item of this status to `s1`; its name is `item-<uri>`.
    pub(crate) async fn add_item(&self, uri: &str, status: &str) {
        let item = json!({
            "shareUri": "s1", "shareItemUri": uri, "itemType": "DatasetTable", "itemUri": format!("t-{uri}"),
            "itemName": format!("item-{uri}"), "created": "2026-03-01 08:00:00", "updated": "2026-03-02 08:00:00",
            "owner": "rita@x.test", "status": status, "healthStatus": "Healthy",
        });
        self.add("share_object_item", item).await;
    }

    async fn add(&self, table: &str, row: Value) {
        self.dataall.insert(table, &[row.as_object().expect("an object").clone()]).await;
    }

    /// Runs a statement in which `{table}` stands for the table's name.
    pub(crate) async fn execute(&self, sql: &str) {
        self.dataall.database.execute(&self.named(sql)).await;
    }

    /// The statement with the tables' full names for `{table}`.
    pub(crate) fn named(&self, sql: &str) -> String {
        TABLES
            .iter()
            .fold(sql.to_owned(), |sql, table| sql.replace(&format!("{{{table}}}"), &self.dataall.table(table)))
    }

    pub(crate) async fn actions(&self) -> DataallActions {
        self.actions_with(&self.dataall.config()).await
    }

    pub(crate) async fn actions_with(&self, config: &SourceConfig) -> DataallActions {
        let both = [ExpiryAction::Mark, ExpiryAction::Revoke];
        DataallActions::connect(config, &both).await.expect("the database opens for writing")
    }

    /// Everything, timestamps and flags as SQLite writes them, JSON as JSON.
    pub(crate) async fn snapshot(&self) -> Snapshot {
        let mut snapshot = Snapshot::new();
        for table in TABLES {
            let mut rows: Vec<Value> = self.rows(table).await.into_iter().map(normal).collect();
            rows.sort_by_key(Value::to_string);
            snapshot.insert(table, rows);
        }
        snapshot
    }

    async fn rows(&self, table: &str) -> Vec<Value> {
        let texts: Vec<String> = match self.dataall.database.postgres_url() {
            Some(url) => {
                let sql = format!("SELECT to_json(t)::text FROM {} t", self.dataall.table(table));
                let mut connection = PgConnection::connect(url).await.expect("the database answers");
                sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut connection).await.expect("the rows")
            }
            None => {
                let options = SqliteConnectOptions::new().filename(self.dataall.database.file());
                let mut connection = SqliteConnection::connect_with(&options).await.expect("the file opens");
                let columns =
                    format!("SELECT '''' || name || ''', \"' || name || '\"' FROM pragma_table_info('{table}')");
                let columns: Vec<String> =
                    sqlx::query_scalar(AssertSqlSafe(columns)).fetch_all(&mut connection).await.expect("the columns");
                let sql = format!("SELECT json_object({}) FROM {table}", columns.join(", "));
                sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut connection).await.expect("the rows")
            }
        };
        texts.iter().map(|text| serde_json::from_str(text).expect("a row")).collect()
    }
}

/// Columns without a value are left out.
fn normal(row: Value) -> Value {
    let Value::Object(row) = row else { panic!("{row} is no row") };
    let columns = row.into_iter().filter(|(_, value)| !value.is_null());
    let mut row = Value::Object(columns.map(|(name, value)| (name, plain(value))).collect::<Map<_, _>>());
    // The databases have their columns in different orders.
    row.sort_all_objects();
    row
}

fn plain(value: Value) -> Value {
    match value {
        Value::Bool(flag) => Value::from(i64::from(flag)),
        Value::String(text) if text.starts_with('{') => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        Value::String(text) if text.len() >= 19 && text.as_bytes()[10] == b'T' => {
            Value::from(text.replacen('T', " ", 1))
        }
        other => other,
    }
}

/// Rows of a snapshot that a change is expected in.
pub(crate) fn change(snapshot: &mut Snapshot, table: &'static str, key: (&str, &str), changes: &Value) {
    let rows = snapshot.get_mut(table).expect("a table");
    let row = rows.iter_mut().find(|row| row[key.0] == key.1).expect("the row");
    for (name, value) in changes.as_object().expect("an object") {
        row[name] = value.clone();
    }
    rows.sort_by_key(Value::to_string);
}

/// A row that is expected to be new.
pub(crate) fn add(snapshot: &mut Snapshot, table: &'static str, mut row: Value) {
    row.sort_all_objects();
    let rows = snapshot.get_mut(table).expect("a table");
    rows.push(row);
    rows.sort_by_key(Value::to_string);
}

/// The order about `s1` as it is after [`World::new`].
pub(crate) fn order() -> Order {
    Order {
        share_uri: "s1".into(),
        dataset_uri: "d1".into(),
        seen_status: "Processed".into(),
        expiry_day: "2026-04-23".parse().expect("a day"),
        id: "expired-share share:s1 expired 2026-04-24".into(),
        now: at("2026-04-24T09:00:00Z"),
        actor: "nudged".into(),
    }
}

pub(crate) fn refused(refusal: Refusal) -> Acted {
    Acted::Refused(refusal)
}

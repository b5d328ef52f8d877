//! Whether everything that acting reads and writes is there and allowed, before anything is tried.

use std::collections::BTreeSet;

use sqlx::{AnyPool, AssertSqlSafe};

use super::SourceError;
use crate::{
    config::{DatabaseUrl, ExpiryAction},
    database::unopened,
    source::statement::Dialect,
};

/// A right in one table.
struct Need {
    right: &'static str,
    table: &'static str,
    /// The columns that it must cover; none stands for the table.
    columns: &'static [&'static str],
}

const fn need(right: &'static str, table: &'static str, columns: &'static [&'static str]) -> Need {
    Need { right, table, columns }
}

const TO_MARK: [Need; 5] = [
    need("SELECT", "share_object", &[]),
    need("SELECT", "share_object_item", &[]),
    need("SELECT", "dataset", &[]),
    need("SELECT", "activity", &[]),
    need(
        "INSERT",
        "activity",
        &[
            "activityUri",
            "label",
            "name",
            "owner",
            "created",
            "description",
            "targetUri",
            "targetType",
            "action",
            "summary",
        ],
    ),
];

const TO_REVOKE: [Need; 11] = [
    need("SELECT", "share_object", &[]),
    need("SELECT", "share_object_item", &[]),
    need("SELECT", "dataset", &[]),
    need("SELECT", "environment", &[]),
    need("SELECT", "environment_group_permission", &[]),
    need("SELECT", "resource_lock", &[]),
    need("SELECT", "task", &[]),
    need("UPDATE", "share_object", &["status", "updated"]),
    need("UPDATE", "share_object_item", &["status", "updated"]),
    need("INSERT", "task", &["taskUri", "targetUri", "status", "action", "payload", "created", "lastSeen"]),
    need(
        "INSERT",
        "notification",
        &["notificationUri", "type", "message", "recipient", "is_read", "target_uri", "created"],
    ),
];

const TO_POST: [Need; 2] = [
    need("SELECT", "notification", &[]),
    need(
        "INSERT",
        "notification",
        &["notificationUri", "type", "message", "recipient", "is_read", "target_uri", "created"],
    ),
];

/// Fails with what is missing for these actions.
pub(super) async fn check(
    pool: &AnyPool,
    url: &DatabaseUrl,
    dialect: &Dialect,
    actions: &[ExpiryAction],
) -> Result<(), SourceError> {
    check_needs(pool, url, dialect, &needs(actions).collect::<Vec<_>>(), "on_expiry").await
}

/// Fails with what is missing for posting to the inbox.
pub(in crate::source) async fn check_posting(
    pool: &AnyPool,
    url: &DatabaseUrl,
    dialect: &Dialect,
) -> Result<(), SourceError> {
    check_needs(pool, url, dialect, &TO_POST.iter().collect::<Vec<_>>(), "the inbox").await
}

/// `purpose` is what asks for it, for the operator.
async fn check_needs(
    pool: &AnyPool,
    url: &DatabaseUrl,
    dialect: &Dialect,
    needs: &[&Need],
    purpose: &str,
) -> Result<(), SourceError> {
    match url {
        DatabaseUrl::Postgres(_) => postgres(pool, dialect, needs, purpose).await,
        DatabaseUrl::Sqlite(path) => {
            missing_tables(pool, needs, purpose).await?;
            let probed = probe(pool, needs).await;
            probed.map_err(|error| SourceError { what: unopened(path, &error), cause: Some(error) })
        }
    }
}

fn needs(actions: &[ExpiryAction]) -> impl Iterator<Item = &'static Need> {
    let mark = actions.contains(&ExpiryAction::Mark).then_some(&TO_MARK);
    let revoke = actions.contains(&ExpiryAction::Revoke).then_some(&TO_REVOKE);
    mark.into_iter().flatten().chain(revoke.into_iter().flatten())
}

async fn postgres(pool: &AnyPool, dialect: &Dialect, needs: &[&Need], purpose: &str) -> Result<(), SourceError> {
    let unreadable = |error| SourceError {
        what: "the rights in data.all's tables cannot be read: correct source.schema, grant USAGE on it, or update \
               data.all if a table or column is missing"
            .to_owned(),
        cause: Some(error),
    };
    if read_only(pool).await.map_err(unreadable)? {
        let what = format!(
            "PostgreSQL lets nudged only read, but {purpose} is to write: connect to the primary server, and do not set \
             default_transaction_read_only for nudged's user"
        );
        return Err(SourceError { what, cause: None });
    }
    let grants = missing_grants(pool, dialect, needs).await.map_err(unreadable)?;
    if grants.is_empty() {
        return Ok(());
    }
    let what = format!("PostgreSQL does not let nudged do what {purpose} asks for: run {}", grants.join(" "));
    Err(SourceError { what, cause: None })
}

async fn read_only(pool: &AnyPool) -> Result<bool, sqlx::Error> {
    let sql = "SELECT current_setting('transaction_read_only')";
    Ok(sqlx::query_scalar::<_, String>(sql).fetch_one(pool).await? == "on")
}

async fn missing_grants(pool: &AnyPool, dialect: &Dialect, needs: &[&Need]) -> Result<Vec<String>, sqlx::Error> {
    let user: String = sqlx::query_scalar("SELECT quote_ident(current_user)").fetch_one(pool).await?;
    let mut grants = Vec::new();
    for need in needs {
        let table = dialect.table(need.table);
        if !need.is_met(pool, &table).await? {
            grants.push(format!("GRANT {}{} ON {table} TO {user};", need.right, need.column_list()));
        }
    }
    Ok(grants)
}

impl Need {
    /// A right in the table is one in each of its columns.
    async fn is_met(&self, pool: &AnyPool, table: &str) -> Result<bool, sqlx::Error> {
        if self.columns.is_empty() {
            let query = sqlx::query_scalar("SELECT has_table_privilege($1, $2)").bind(table).bind(self.right);
            return query.fetch_one(pool).await;
        }
        for column in self.columns {
            let query = sqlx::query_scalar("SELECT has_column_privilege($1, $2, $3)");
            if !query.bind(table).bind(*column).bind(self.right).fetch_one(pool).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn column_list(&self) -> String {
        let quoted: Vec<_> = self.columns.iter().map(|column| format!("\"{column}\"")).collect();
        if quoted.is_empty() { String::new() } else { format!(" ({})", quoted.join(", ")) }
    }
}

async fn missing_tables(pool: &AnyPool, needs: &[&Need], purpose: &str) -> Result<(), SourceError> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table'";
    let there: Vec<String> = sqlx::query_scalar(sql)
        .fetch_all(pool)
        .await
        .map_err(|error| SourceError { what: "the list of tables cannot be read".to_owned(), cause: Some(error) })?;
    let mut missing: BTreeSet<_> = needs.iter().map(|need| need.table).collect();
    missing.retain(|table| !there.iter().any(|name| name == table));
    if missing.is_empty() {
        return Ok(());
    }
    let missing: Vec<_> = missing.into_iter().collect();
    let what = format!(
        "the SQLite database has no table {}, which {purpose} needs: make a new sample with `nudged init --sample`",
        missing.join(", ")
    );
    Err(SourceError { what, cause: None })
}

/// Writes nothing, but asks to: SQLite opens a file that may not be written as if nothing were amiss.
async fn probe(pool: &AnyPool, needs: &[&Need]) -> Result<(), sqlx::Error> {
    let Some(need) = needs.first() else { return Ok(()) };
    let table = Dialect::Sqlite.table(need.table);
    let sql = AssertSqlSafe(format!("DELETE FROM {table} WHERE 1 = 0"));
    sqlx::query(sql).execute(pool).await.map(drop)
}

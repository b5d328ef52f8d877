//! Reading a share again, inside the transaction that acts on it.

use chrono::NaiveDate;
use sqlx::{AnyConnection, AssertSqlSafe, Row, any::AnyRow};

use super::super::statement::Dialect;
use crate::model::naive;

/// What is done: reading for a revoke locks what it reads, so that nobody changes it in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    Locked,
    Free,
}

/// A share as it stands, with what guards and messages need.
#[derive(Debug, Clone, Default)]
pub(super) struct Standing {
    pub(super) status: String,
    pub(super) dataset_uri: String,
    pub(super) expiry_day: Option<NaiveDate>,
    pub(super) non_expirable: bool,
    pub(super) extension_asked: bool,
    pub(super) group: String,
    pub(super) environment_uri: String,
    pub(super) principal_id: String,
    pub(super) principal: String,
    pub(super) items: Vec<Piece>,
    pub(super) dataset: Owned,
    /// The memberships that data.all's worker asks for.
    pub(super) teams_present: bool,
    pub(super) environments_present: bool,
    pub(super) locked: bool,
}

/// An item of the share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) name: String,
    pub(super) status: String,
    pub(super) health: String,
}

/// The share's dataset.
#[derive(Debug, Clone, Default)]
pub(super) struct Owned {
    pub(super) label: String,
    pub(super) producers: String,
    pub(super) stewards: String,
    pub(super) environment_uri: String,
}

/// Reads the share; `None` if it or its dataset is gone or deleted.
pub(super) async fn look(
    connection: &mut AnyConnection,
    dialect: &Dialect,
    share_uri: &str,
    hold: Hold,
) -> Result<Option<Standing>, sqlx::Error> {
    let looking = Looking { dialect, hold };
    let Some(mut standing) = looking.share(connection, share_uri).await? else { return Ok(None) };
    let Some(dataset) = looking.dataset(connection, &standing.dataset_uri).await? else { return Ok(None) };
    standing.dataset = dataset;
    standing.items = looking.items(connection, share_uri).await?;
    if hold == Hold::Locked {
        looking.surroundings(connection, &mut standing).await?;
    }
    Ok(Some(standing))
}

struct Looking<'d> {
    dialect: &'d Dialect,
    hold: Hold,
}

impl Looking<'_> {
    /// Ends a SELECT whose rows nobody else may change until the transaction ends. SQLite has one writer anyway.
    fn for_update(&self) -> &'static str {
        match (self.dialect, self.hold) {
            (Dialect::Postgres(_), Hold::Locked) => " FOR UPDATE",
            _ => "",
        }
    }

    async fn share(&self, connection: &mut AnyConnection, uri: &str) -> Result<Option<Standing>, sqlx::Error> {
        let columns = texts(&[
            ("status", "status"),
            ("dataset", r#""datasetUri""#),
            ("expiry", r#""expiryDate""#),
            ("unending", r#""nonExpirable""#),
            ("extension", r#""submittedForExtension""#),
            ("team", r#""groupUri""#),
            ("environment", r#""environmentUri""#),
            ("principal_id", r#""principalId""#),
            ("principal", r#"COALESCE(NULLIF("principalName", ''), "principalId")"#),
        ]);
        let sql = format!(
            r#"SELECT {columns} FROM {table} WHERE "shareUri" = $1 AND deleted IS NULL{for_update}"#,
            table = self.dialect.table("share_object"),
            for_update = self.for_update(),
        );
        let row = sqlx::query(AssertSqlSafe(sql)).bind(uri).fetch_optional(connection).await?;
        row.map(|row| standing(&row)).transpose()
    }

    async fn dataset(&self, connection: &mut AnyConnection, uri: &str) -> Result<Option<Owned>, sqlx::Error> {
        let columns = texts(&[
            ("label", "label"),
            ("producers", r#""SamlAdminGroupName""#),
            ("stewards", "stewards"),
            ("environment", r#""environmentUri""#),
        ]);
        let sql = format!(
            r#"SELECT {columns} FROM {table} WHERE "datasetUri" = $1 AND deleted IS NULL"#,
            table = self.dialect.table("dataset"),
        );
        let row = sqlx::query(AssertSqlSafe(sql)).bind(uri).fetch_optional(connection).await?;
        let owned = |row: AnyRow| {
            Ok(Owned {
                label: text(&row, "label")?,
                producers: text(&row, "producers")?,
                stewards: text(&row, "stewards")?,
                environment_uri: text(&row, "environment")?,
            })
        };
        row.map(owned).transpose()
    }

    async fn items(&self, connection: &mut AnyConnection, uri: &str) -> Result<Vec<Piece>, sqlx::Error> {
        let columns = texts(&[("name", r#""itemName""#), ("status", "status"), ("health", r#""healthStatus""#)]);
        let sql = format!(
            r#"SELECT {columns} FROM {table} WHERE "shareUri" = $1 AND deleted IS NULL ORDER BY "itemName"{for_update}"#,
            table = self.dialect.table("share_object_item"),
            for_update = self.for_update(),
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(uri).fetch_all(connection).await?;
        let piece = |row: &AnyRow| {
            Ok(Piece { name: text(row, "name")?, status: text(row, "status")?, health: text(row, "health")? })
        };
        rows.iter().map(piece).collect()
    }

    /// What data.all's worker will look for when it takes the task: both environments, the teams in them, and whether
    /// it can have its locks, which are on the dataset and on the principal.
    async fn surroundings(&self, connection: &mut AnyConnection, seen: &mut Standing) -> Result<(), sqlx::Error> {
        let sql = format!(
            r#"SELECT
              (SELECT COUNT(*) FROM {member} WHERE "groupUri" = $1 AND "environmentUri" = $2) AS requesters,
              (SELECT COUNT(*) FROM {member} WHERE "groupUri" = $3 AND "environmentUri" = $4) AS producers,
              (SELECT COUNT(*) FROM {environment} WHERE "environmentUri" = $2) AS target,
              (SELECT COUNT(*) FROM {environment} WHERE "environmentUri" = $4) AS origin,
              (SELECT COUNT(*) FROM {lock} WHERE "resourceUri" IN ($5, $6, $7)) AS locks"#,
            member = self.dialect.table("environment_group_permission"),
            environment = self.dialect.table("environment"),
            lock = self.dialect.table("resource_lock"),
        );
        let query = sqlx::query(AssertSqlSafe(sql))
            .bind(&seen.group)
            .bind(&seen.environment_uri)
            .bind(&seen.dataset.producers)
            .bind(&seen.dataset.environment_uri)
            .bind(&seen.dataset_uri)
            .bind(&seen.principal_id)
            .bind(format!("{}-{}", seen.principal_id, seen.environment_uri));
        let row = query.fetch_one(connection).await?;
        let some = |column| row.try_get::<i64, _>(column).map(|count| count > 0);
        seen.teams_present = some("requesters")? && some("producers")?;
        seen.environments_present = some("target")? && some("origin")?;
        seen.locked = some("locks")?;
        Ok(())
    }
}

fn standing(row: &AnyRow) -> Result<Standing, sqlx::Error> {
    Ok(Standing {
        status: text(row, "status")?,
        dataset_uri: text(row, "dataset")?,
        expiry_day: naive::parse(&text(row, "expiry")?).map(|at| at.date()),
        non_expirable: is_set(&text(row, "unending")?),
        extension_asked: is_set(&text(row, "extension")?),
        group: text(row, "team")?,
        environment_uri: text(row, "environment")?,
        principal_id: text(row, "principal_id")?,
        principal: text(row, "principal")?,
        ..Standing::default()
    })
}

/// Columns as texts: both databases write the same, and an odd value is one share's trouble.
fn texts(columns: &[(&str, &str)]) -> String {
    columns.iter().map(|(name, from)| format!("CAST({from} AS TEXT) AS {name}")).collect::<Vec<_>>().join(", ")
}

fn text(row: &AnyRow, column: &str) -> Result<String, sqlx::Error> {
    Ok(row.try_get::<Option<String>, _>(column)?.unwrap_or_default())
}

/// Both flags speak against acting, so that a word nobody knows counts as set.
fn is_set(word: &str) -> bool {
    !["", "0", "f", "false"].iter().any(|no| word.eq_ignore_ascii_case(no))
}

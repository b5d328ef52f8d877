//! The rows of a revoke and of a mark.

use std::collections::BTreeSet;

use chrono::SubsecRound;
use chrono_tz::Tz;
use serde_json::json;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::{Order, Refusal, failure::Failure, id, look::Standing, rules::REVOKABLE_ITEMS};
use crate::{model::Instant, source::statement::Dialect};

/// The name of the worker's handler.
const REVOKE: &str = "ecs.share.revoke";

/// What the mark is called in data.all's log of activities.
const EXPIRED: (&str, &str) = ("SHARE_OBJECT:EXPIRED", "share-object-expired");

/// Writes for one order.
pub(super) struct Writer<'w> {
    pub(super) connection: &'w mut AnyConnection,
    pub(super) dialect: &'w Dialect,
    pub(super) order: &'w Order,
    pub(super) zone: Tz,
}

/// The id of the order's task.
pub(super) fn task_uri(order: &Order) -> String {
    id::derive("task", &order.id, "")
}

/// The id of the order's activity.
pub(super) fn activity_uri(order: &Order) -> String {
    id::derive("activity", &order.id, "")
}

impl Writer<'_> {
    /// Whether the order's task is there: then it was done before.
    pub(super) async fn has_task(&mut self) -> Result<bool, sqlx::Error> {
        self.has("task", "taskUri", &task_uri(self.order), &self.order.share_uri).await
    }

    /// Whether the order's activity is there.
    pub(super) async fn has_activity(&mut self) -> Result<bool, sqlx::Error> {
        self.has("activity", "activityUri", &activity_uri(self.order), &self.order.dataset_uri).await
    }

    async fn has(&mut self, table: &str, key: &str, uri: &str, target: &str) -> Result<bool, sqlx::Error> {
        let table = self.dialect.table(table);
        let sql = format!(r#"SELECT COUNT(*) AS n FROM {table} WHERE "{key}" = $1 AND "targetUri" = $2"#);
        let row = sqlx::query(AssertSqlSafe(sql)).bind(uri).bind(target).fetch_one(&mut *self.connection).await?;
        Ok(row.try_get::<i64, _>("n")? > 0)
    }

    /// Moves this many items on.
    pub(super) async fn revoke_items(&mut self, expected: u64) -> Result<(), Failure> {
        let [succeeded, failed] = REVOKABLE_ITEMS;
        let sql = format!(
            r#"UPDATE {table} SET status = 'Revoke_Approved', updated = {now}
            WHERE "shareUri" = $2 AND status IN ($3, $4) AND deleted IS NULL"#,
            table = self.dialect.table("share_object_item"),
            now = self.dialect.timestamp(1),
        );
        let texts = [&self.now(), self.order.share_uri.as_str(), succeeded, failed];
        self.change(sql, &texts, expected).await
    }

    /// Moves the share on.
    pub(super) async fn revoke_share(&mut self) -> Result<(), Failure> {
        let sql = format!(
            r#"UPDATE {table} SET status = 'Revoked', updated = {now}
            WHERE "shareUri" = $2 AND status = $3 AND deleted IS NULL"#,
            table = self.dialect.table("share_object"),
            now = self.dialect.timestamp(1),
        );
        let texts = [&self.now(), self.order.share_uri.as_str(), &self.order.seen_status];
        self.change(sql, &texts, 1).await
    }

    /// Tells data.all's worker.
    pub(super) async fn task(&mut self, seen: &Standing) -> Result<(), Failure> {
        let sql = format!(
            r#"INSERT INTO {table} ("taskUri", "targetUri", status, action, payload, created, "lastSeen")
            VALUES ($1, $2, 'pending', $3, {payload}, {now}, {never})"#,
            table = self.dialect.table("task"),
            payload = self.dialect.json(4),
            now = self.dialect.timestamp(5),
            never = self.dialect.timestamp(6),
        );
        let payload = json!({ "environmentUri": seen.environment_uri }).to_string();
        let uri = task_uri(self.order);
        let texts = [&uri, self.order.share_uri.as_str(), REVOKE, &payload, &self.now(), "1900-01-01 00:00:00"];
        self.change(sql, &texts, 1).await
    }

    /// Tells the teams in data.all's own pages.
    pub(super) async fn notifications(&mut self, seen: &Standing) -> Result<(), Failure> {
        let owned = &seen.dataset;
        let teams: BTreeSet<_> = [&owned.producers, &owned.stewards, &seen.group].into();
        let message = format!(
            "{actor} revoked the access of {principal} to dataset {label}: it expired on {day}",
            actor = self.order.actor,
            principal = seen.principal,
            label = owned.label,
            day = self.order.expiry_day,
        );
        for team in teams.into_iter().filter(|team| !team.trim().is_empty()) {
            self.notification(team, &message).await?;
        }
        Ok(())
    }

    async fn notification(&mut self, team: &str, message: &str) -> Result<(), Failure> {
        let sql = format!(
            r#"INSERT INTO {table} ("notificationUri", type, message, recipient, is_read, target_uri, created)
            VALUES ($1, 'SHARE_OBJECT_REJECTED', $2, $3, FALSE, $4, {now})"#,
            table = self.dialect.table("notification"),
            now = self.dialect.timestamp(5),
        );
        let uri = id::derive("notification", &self.order.id, team);
        let target = format!("{}|{}", self.order.share_uri, self.order.dataset_uri);
        self.change(sql, &[&uri, message, team, &target, &self.now()], 1).await
    }

    /// Notes at the dataset that access goes on; false if somebody else has just done so.
    pub(super) async fn activity(&mut self, seen: &Standing) -> Result<bool, Failure> {
        let sql = format!(
            r#"INSERT INTO {table} ("activityUri", label, name, owner, created, description, "targetUri", "targetType",
              action, summary)
            VALUES ($1, $2, $3, $4, {now}, 'No description provided', $6, 'dataset', $2, $7)
            ON CONFLICT DO NOTHING"#,
            table = self.dialect.table("activity"),
            now = self.dialect.timestamp(5),
        );
        let summary = format!(
            "{actor} noted that the access of {principal} to {label} through share {share} was to end on {day} and \
             still works",
            actor = self.order.actor,
            principal = seen.principal,
            label = seen.dataset.label,
            share = self.order.share_uri,
            day = self.order.expiry_day,
        );
        let (label, name) = EXPIRED;
        let uri = activity_uri(self.order);
        let texts = [&uri, label, name, &self.order.actor, &self.now(), &self.order.dataset_uri, &summary];
        Ok(self.run(sql, &texts).await? == 1)
    }

    /// Runs a statement that must touch exactly this many rows; otherwise somebody else has changed them.
    async fn change(&mut self, sql: String, texts: &[&str], expected: u64) -> Result<(), Failure> {
        if self.run(sql, texts).await? == expected { Ok(()) } else { Err(Refusal::StateChanged.into()) }
    }

    /// The number of rows that the statement touched.
    async fn run(&mut self, sql: String, texts: &[&str]) -> Result<u64, sqlx::Error> {
        let query = texts.iter().fold(sqlx::query(AssertSqlSafe(sql)), |query, text| query.bind((*text).to_owned()));
        Ok(query.execute(&mut *self.connection).await?.rows_affected())
    }

    fn now(&self) -> String {
        on_the_clock(self.order.now, self.zone)
    }
}

/// An instant as the source's clocks show it, to the microsecond that PostgreSQL keeps.
pub(in crate::source) fn on_the_clock(instant: Instant, zone: Tz) -> String {
    let local = instant.with_timezone(&zone).naive_local().trunc_subsecs(6);
    local.format("%Y-%m-%d %H:%M:%S%.f").to_string()
}

impl Dialect {
    /// A parameter that is a timestamp; SQLite keeps them as texts.
    pub(in crate::source) fn timestamp(&self, number: u8) -> String {
        match self {
            Self::Postgres(_) => format!("CAST(${number} AS timestamp)"),
            Self::Sqlite => format!("${number}"),
        }
    }

    /// A parameter that is JSON; SQLite keeps it as text.
    fn json(&self, number: u8) -> String {
        match self {
            Self::Postgres(_) => format!("CAST(${number} AS json)"),
            Self::Sqlite => format!("${number}"),
        }
    }
}

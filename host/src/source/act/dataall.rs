//! [`DataallActions`]: orders carried out in data.all's tables.

use chrono_tz::Tz;
use sqlx::{Any, AnyPool, Transaction};

use super::{
    Acted, Actions, Order, Refusal, SourceError,
    failure::Failure,
    look::{Hold, look},
    open, rights, rules,
    write::{Writer, activity_uri, task_uri},
};
use crate::{
    config::{ExpiryAction, SourceConfig},
    source::statement::Dialect,
};

/// Acts in data.all's tables, over connections of its own.
pub struct DataallActions {
    pool: AnyPool,
    dialect: Dialect,
    zone: Tz,
}

impl DataallActions {
    /// Opens the database for writing and checks that all that these actions need is there and allowed.
    ///
    /// # Errors
    /// Says what to mend: unreachable, a table missing, not writable, the GRANT that is missing.
    pub async fn connect(config: &SourceConfig, actions: &[ExpiryAction]) -> Result<Self, SourceError> {
        let (pool, dialect) = open::open(config).await?;
        rights::check(&pool, &config.url, &dialect, actions).await?;
        Ok(Self { pool, dialect, zone: config.timezone })
    }

    /// Waits for running statements and closes every connection.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// Starts a transaction; on SQLite one that has the write lock from the start, since one that reads first cannot
    /// write if somebody else wrote in between.
    async fn begin(&self) -> Result<Transaction<'static, Any>, sqlx::Error> {
        let begin = match self.dialect {
            Dialect::Postgres(_) => "BEGIN",
            Dialect::Sqlite => "BEGIN IMMEDIATE",
        };
        self.pool.begin_with(begin).await
    }

    /// Dropping the transaction on the way out rolls it back.
    async fn try_revoke(&self, order: &Order) -> Result<Acted, Failure> {
        let mut transaction = self.begin().await?;
        let seen = look(&mut transaction, &self.dialect, &order.share_uri, Hold::Locked).await?;
        let mut writer = self.writer(&mut transaction, order);
        // Asked once the share is locked: whoever does the same order at the same time has finished by then.
        if writer.has_task().await? {
            return Ok(Acted::AlreadyDone { uri: task_uri(order) });
        }
        let seen = seen.ok_or(Refusal::StateChanged)?;
        let items = rules::revokable(order, &seen)?;
        writer.revoke_items(items.len() as u64).await?;
        writer.revoke_share().await?;
        writer.task(&seen).await?;
        writer.notifications(&seen).await?;
        transaction.commit().await?;
        Ok(Acted::Done { items: items.into_iter().map(|item| item.name.clone()).collect(), uri: task_uri(order) })
    }

    async fn try_mark(&self, order: &Order) -> Result<Acted, Failure> {
        let mut transaction = self.begin().await?;
        let seen = look(&mut transaction, &self.dialect, &order.share_uri, Hold::Free).await?;
        let mut writer = self.writer(&mut transaction, order);
        if writer.has_activity().await? {
            return Ok(Acted::AlreadyDone { uri: activity_uri(order) });
        }
        let seen = seen.ok_or(Refusal::StateChanged)?;
        let items = rules::markable(order, &seen)?;
        if !writer.activity(&seen).await? {
            return Ok(Acted::AlreadyDone { uri: activity_uri(order) });
        }
        transaction.commit().await?;
        Ok(Acted::Done { items: items.into_iter().map(|item| item.name.clone()).collect(), uri: activity_uri(order) })
    }

    fn writer<'w>(&'w self, transaction: &'w mut Transaction<'static, Any>, order: &'w Order) -> Writer<'w> {
        Writer { connection: transaction, dialect: &self.dialect, order, zone: self.zone }
    }
}

#[async_trait::async_trait]
impl Actions for DataallActions {
    async fn revoke(&self, order: &Order) -> Result<Acted, SourceError> {
        let tried = self.try_revoke(order).await;
        tried.or_else(|failure| failure.told(&format!("revoking share {}", order.share_uri)))
    }

    async fn mark(&self, order: &Order) -> Result<Acted, SourceError> {
        let tried = self.try_mark(order).await;
        tried.or_else(|failure| failure.told(&format!("marking share {} as expired", order.share_uri)))
    }
}

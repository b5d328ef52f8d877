//! A reminder and a scanner to start from.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use nudged::{
    clock::Clock,
    config::{GroupBy, Links, OnExpiry, Preferences, ReminderConfig},
    directory::StaticDirectory,
    model::Span,
    pipeline::Scanner,
    policy::{Brake, Cadence, Schedule, WorkCalendar},
    store::Store,
};

use crate::{FindsEach, Shares};

/// Every day at 09:00 UTC, by the strategy of the same name, on the channel `email`; everything else is as the
/// configuration's defaults have it.
///
/// # Panics
/// Never: the schedule is sound.
pub fn reminder(name: &str) -> ReminderConfig {
    ReminderConfig {
        name: name.to_owned(),
        strategy: name.to_owned(),
        active: true,
        schedule: Schedule::parse("0 9 * * *", chrono_tz::UTC).expect("a schedule"),
        catch_up: Span::days(1),
        cadence: Cadence::default(),
        audience: None,
        channels: vec!["email".to_owned()],
        group_by: GroupBy::Recipient,
        digest_limit: 50,
        parameters: serde_json::json!({}),
        records: None,
        group_notifications: true,
        mandatory: false,
        quiet_hours: None,
        calendar: WorkCalendar::default().into(),
        closing_notice: false,
        on_expiry: OnExpiry::default(),
    }
}

/// Scans nothing, with a strategy that finds everything, for nobody: for tests to put in what they are about. The channel
/// `email` sends mails.
pub fn scanner(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Scanner {
    Scanner {
        source: Arc::new(Shares(Vec::new())),
        strategies: Arc::new(FindsEach),
        store,
        records: BTreeMap::new(),
        on_expiry: OnExpiry::default(),
        actions: None,
        directory: Arc::new(StaticDirectory::default()),
        preferences: Preferences::default(),
        brake: Brake::default(),
        mail_channels: BTreeSet::from(["email".to_owned()]),
        inbox_channels: BTreeSet::from(["inbox".to_owned()]),
        clock,
        links: Links::default(),
        zone: chrono_tz::UTC,
    }
}

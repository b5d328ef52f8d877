//! A reminder's configuration to start from.

use nudged::{
    config::{GroupBy, OnExpiry, ReminderConfig},
    model::Span,
    policy::{Cadence, Schedule, WorkCalendar},
};

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

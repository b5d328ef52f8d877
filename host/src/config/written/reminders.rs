//! The section `reminders`.

use chrono_tz::Tz;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{List, cadence::Cadence, elements, expiry::Expiry, known::Known, roles, values};
use crate::{
    config::{
        meaning::{self, ReminderConfig},
        problem::Complaint,
        report::Place,
    },
    policy::{QuietHours, Schedule},
};

/// What is reminded of, when, how often and whom.
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["channels"]))]
pub(super) struct Reminder {
    /// The strategy plugin that finds what to remind of; without it, the one of the reminder's own name.
    #[schemars(example = &"pending-share")]
    strategy: Option<String>,
    /// A reminder that is not active is checked but never run.
    active: bool,
    /// When it runs: minute, hour, day of month, month, day of week (0 and 7 are Sunday).
    schedule: String,
    /// In place of `schedule`: how many days before the last day of each month it runs.
    #[schemars(length(min = 1), inner(range(min = 0, max = 30)), extend("uniqueItems" = true), example = [1, 3, 7])]
    run_schedule: Option<Vec<Option<u32>>>,
    /// With `run_schedule`: the time of day.
    run_at: String,
    /// The IANA time zone of the schedule.
    timezone: String,
    /// A run that was missed is made up for within this time.
    catch_up: String,
    /// How often the same thing is told.
    cadence: Cadence,
    /// The roles that are told, instead of those that the strategy names.
    #[schemars(length(min = 1), example = ["producers", "stewards"])]
    audience: Option<List>,
    /// The channels it goes out on.
    #[schemars(length(min = 1), extend("uniqueItems" = true), example = ["email"])]
    channels: Option<List>,
    /// What goes into one notification.
    group_by: GroupBy,
    /// Most items in one notification; those over it are counted.
    #[schemars(range(min = 1, max = 1_000))]
    digest_limit: u32,
    /// Whether `requesters` are all of the requesting team, or the share's owner alone.
    group_notifications: bool,
    /// For a strategy that watches records: which of `sources` they come from.
    source: Option<String>,
    /// Whether it goes out whatever `preferences` say.
    mandatory: bool,
    /// When nobody is told, unless a deadline would pass meanwhile; may cross midnight.
    #[schemars(example = &"22:00-07:00")]
    quiet_hours: Option<String>,
    /// Which of `calendars` says what working days are; without it, Monday to Friday.
    #[schemars(example = &"england")]
    calendar: Option<String>,
    /// Whether those who were told are told when it is over.
    closing_notice: bool,
    /// What is done about access whose day of expiry has passed, beside telling.
    on_expiry: Expiry,
    /// The strategy's own settings.
    parameters: Map<String, Value>,
}

/// What goes into one notification.
#[derive(Deserialize, Serialize, JsonSchema, Default, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum GroupBy {
    /// All that is due for a recipient.
    #[default]
    Recipient,
    /// One item.
    Item,
}

impl Default for Reminder {
    fn default() -> Self {
        Self {
            strategy: None,
            active: true,
            schedule: "0 9 * * *".to_owned(),
            run_schedule: None,
            run_at: "09:00".to_owned(),
            timezone: "UTC".to_owned(),
            catch_up: "24h".to_owned(),
            cadence: Cadence::default(),
            audience: None,
            channels: None,
            group_by: GroupBy::default(),
            digest_limit: 50,
            group_notifications: true,
            source: None,
            mandatory: false,
            quiet_hours: None,
            calendar: None,
            closing_notice: false,
            on_expiry: Expiry::default(),
            parameters: Map::new(),
        }
    }
}

impl Reminder {
    pub(super) fn meaning(self, name: &str, known: &Known<'_>, at: &Place<'_>) -> Option<ReminderConfig> {
        self.refuse_meaningless(at);
        let strategy = match &self.strategy {
            Some(strategy) => at.key("strategy").check(values::name(strategy)),
            None => Some(name.to_owned()),
        };
        let schedule = self.schedule(at);
        let catch_up = at.key("catch_up").check(values::span(&self.catch_up));
        let own_roles = known.roles(self.source.as_deref());
        let cadence = self.cadence.meaning(own_roles, &at.key("cadence"));
        let audience = self.audience.map(|list| roles::audience(list, own_roles, &at.key("audience")));
        let channels = self.channels.map(|list| elements(list, &at.key("channels"), |name| known.channel(name)));
        let records = self.source.as_ref().and_then(|name| at.key("source").check(known.source(name)));
        let quiet_hours = self.quiet_hours.and_then(|text| quiet_hours(&text, &at.key("quiet_hours")));
        let calendar = self.calendar.and_then(|name| at.key("calendar").check(known.calendar(&name)));
        let on_expiry = self.on_expiry.meaning(known, own_roles, &at.key("on_expiry"));
        Some(ReminderConfig {
            name: name.to_owned(),
            strategy: strategy?,
            active: self.active,
            schedule: schedule?,
            catch_up: catch_up?,
            cadence,
            audience,
            channels: channels?,
            group_by: self.group_by.into(),
            digest_limit: self.digest_limit as usize,
            parameters: Value::Object(self.parameters),
            records,
            group_notifications: self.group_notifications,
            mandatory: self.mandatory,
            quiet_hours,
            calendar: calendar.unwrap_or_default(),
            closing_notice: self.closing_notice,
            on_expiry,
        })
    }

    fn refuse_meaningless(&self, at: &Place<'_>) {
        let (monthly, time) = (at.key("run_schedule"), at.key("run_at"));
        if monthly.written() && at.key("schedule").written() {
            monthly.error(Complaint::new("is given beside `schedule`", "keep one of the two"));
        }
        if time.written() && !monthly.written() {
            let fix = "remove it, or write \"run_schedule\": [1,3,7] in place of `schedule`";
            time.error(Complaint::new("means nothing without `run_schedule`", fix));
        }
        if matches!(self.group_by, GroupBy::Item) && at.key("digest_limit").written() {
            let fix = "remove it, or write \"group_by\": \"recipient\"";
            at.key("digest_limit").error(Complaint::new("means nothing with group_by \"item\"", fix));
        }
    }

    fn schedule(&self, at: &Place<'_>) -> Option<Schedule> {
        let zone = at.key("timezone").check(values::zone(&self.timezone)).unwrap_or(Tz::UTC);
        let (monthly, cron) = (at.key("run_schedule"), at.key("schedule"));
        if !monthly.written() {
            return cron.check(values::schedule(&self.schedule, zone));
        }
        let time = at.key("run_at").check(values::time(&self.run_at));
        let written = self.run_schedule.as_deref().unwrap_or_default();
        let days: Vec<_> = written.iter().copied().flatten().collect();
        // An empty list has had its complaint.
        let schedule = if days.is_empty() { None } else { monthly.check(values::month_end(&days, time?, zone)) }?;
        for (index, day) in written.iter().enumerate() {
            if let Some(day) = day.filter(|day| schedule.skipped_days().contains(day)) {
                warn_of_short_months(day, &monthly.index(index));
            }
        }
        Some(schedule)
    }
}

/// Somebody may want none in place of everybody's; for everybody, there is nothing that they replace.
fn quiet_hours(text: &str, at: &Place<'_>) -> Option<QuietHours> {
    let hours = at.check(values::quiet_hours(text))?;
    if hours.from == hours.to {
        let what = format!("{text:?} ends when it begins, so that no hour is quiet");
        at.error(Complaint::new(what, "remove it, or write another end, such as \"22:00-07:00\""));
    }
    Some(hours)
}

fn warn_of_short_months(day: u32, at: &Place<'_>) {
    let what = format!("months of {day} days or fewer do not have that day, and are skipped");
    at.warning(Complaint::new(what, "write 27 or less for a day that every month has"));
}

impl From<GroupBy> for meaning::GroupBy {
    fn from(written: GroupBy) -> Self {
        match written {
            GroupBy::Recipient => Self::Recipient,
            GroupBy::Item => Self::Item,
        }
    }
}

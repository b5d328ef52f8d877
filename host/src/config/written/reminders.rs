//! The section `reminders`.

use chrono_tz::Tz;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{List, directory::elements, values};
use crate::{
    config::{
        meaning::{self, ReminderConfig},
        problem::Complaint,
        report::Place,
        suggest::did_you_mean,
    },
    model::{Role, Span},
    policy,
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
    /// The strategy's own settings.
    parameters: Map<String, Value>,
}

/// How often the same thing is told.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(default, deny_unknown_fields)]
struct Cadence {
    /// Once, or again and again.
    mode: Mode,
    /// Nothing younger than this is told.
    #[schemars(example = &"1d")]
    after: Option<String>,
    /// Least time between two notices; without it, every run tells.
    #[schemars(example = &"2d")]
    every: Option<String>,
    /// Most notices.
    #[schemars(range(min = 1, max = 1_000_000))]
    max: Option<u32>,
}

/// How often the same thing is told.
#[derive(Deserialize, Serialize, JsonSchema, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Mode {
    /// Again and again while it lasts.
    #[default]
    Repeating,
    /// Once.
    Single,
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
            timezone: "UTC".to_owned(),
            catch_up: "24h".to_owned(),
            cadence: Cadence::default(),
            audience: None,
            channels: None,
            group_by: GroupBy::default(),
            parameters: Map::new(),
        }
    }
}

impl Reminder {
    pub(super) fn meaning(self, name: &str, known: &[&str], at: &Place<'_>) -> Option<ReminderConfig> {
        let strategy = match self.strategy {
            Some(strategy) => at.key("strategy").check(values::name(&strategy)),
            None => Some(name.to_owned()),
        };
        let zone = at.key("timezone").check(values::zone(&self.timezone));
        let schedule = at.key("schedule").check(values::schedule(&self.schedule, zone.unwrap_or(Tz::UTC)));
        let catch_up = at.key("catch_up").check(values::span(&self.catch_up));
        let cadence = self.cadence.meaning(&at.key("cadence"));
        let audience = self.audience.map(|roles| audience(roles, &at.key("audience")));
        let channels =
            self.channels.map(|list| elements(list, &at.key("channels"), |name| values::channel(name, known)));
        Some(ReminderConfig {
            name: name.to_owned(),
            strategy: strategy?,
            active: self.active,
            schedule: schedule?,
            catch_up: catch_up?,
            cadence,
            audience,
            channels: channels?,
            group_by: match self.group_by {
                GroupBy::Recipient => meaning::GroupBy::Recipient,
                GroupBy::Item => meaning::GroupBy::Item,
            },
            digest_limit: 50,
            parameters: Value::Object(self.parameters),
            records: None,
            group_notifications: true,
            mandatory: false,
            quiet_hours: None,
            calendar: Default::default(),
            closing_notice: false,
            on_expiry: Default::default(),
        })
    }
}

impl Cadence {
    fn meaning(self, at: &Place<'_>) -> policy::Cadence {
        let read = |key: &str, text: Option<String>| at.key(key).check(values::span(&text?));
        let after = policy::Wait::Span(read("after", self.after).unwrap_or(Span::ZERO));
        let every = read("every", self.every).map(policy::Wait::Span);
        let mode = match self.mode {
            Mode::Repeating => {
                policy::Mode::Repeating(policy::Repeating { every, max: self.max, ..Default::default() })
            }
            Mode::Single => policy::Mode::Single,
        };
        for at in ["every", "max"].map(|key| at.key(key)) {
            if mode == policy::Mode::Single && at.written() {
                at.error(Complaint::new("means nothing with mode \"single\"", "remove it, or write \"repeating\""));
            }
        }
        policy::Cadence { mode, after }
    }
}

/// The roles that nudged resolves. A strategy may know more, hence the warning only.
const ROLES: [&str; 6] = ["producers", "stewards", "requesters", "requester", "environment-admins", "fallback"];

fn audience(roles: List, at: &Place<'_>) -> Vec<Role> {
    for (index, role) in roles.iter().enumerate() {
        if let Some(role) = role.as_deref().filter(|role| !ROLES.contains(role)) {
            at.index(index).warning(Complaint::new(
                format!("{role:?} is not a role that nudged knows"),
                did_you_mean(role, &ROLES),
            ));
        }
    }
    roles.into_iter().flatten().collect()
}

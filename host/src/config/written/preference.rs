//! What one group or recipient wants.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use super::{List, elements, known::Known, values};
use crate::config::{
    meaning::{self, ReminderConfig},
    problem::Complaint,
    report::Place,
    suggest::listed,
};

/// What one group or recipient wants; the rest is as it is for everybody.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Preference {
    /// The reminders that are not wanted; `true` is all of them.
    mute: Option<Mute>,
    /// The channels that are wanted, for all reminders or by the reminder's name (`*` is every other one).
    channels: Option<Choice>,
    /// Whose days and hours count: an IANA time zone.
    #[schemars(example = &"Europe/London")]
    timezone: Option<String>,
    /// When not to be told; may cross midnight. `00:00-00:00` is never, whatever the reminder says.
    #[schemars(example = &"22:00-07:00")]
    quiet_hours: Option<String>,
    /// The name of the calendar that says which days are working days.
    #[schemars(example = &"england")]
    calendar: Option<String>,
}

/// All reminders, or some.
#[derive(Deserialize)]
#[serde(untagged)]
enum Mute {
    All(bool),
    Some(List),
}

/// Channels for all reminders, or for some.
#[derive(Deserialize)]
#[serde(untagged)]
enum Choice {
    All(List),
    ByReminder(BTreeMap<String, List>),
}

/// What stands for every reminder.
const ALL: &str = "*";

impl JsonSchema for Mute {
    fn schema_name() -> Cow<'static, str> {
        "Mute".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["boolean", "array"],
            "items": { "type": "string" },
            "uniqueItems": true,
            "examples": [["pending-share"]],
        })
    }
}

impl JsonSchema for Choice {
    fn schema_name() -> Cow<'static, str> {
        "Choice".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let list = |kind: &[&str]| {
            json_schema!({
                "type": kind,
                "items": { "type": "string" },
                "minItems": 1,
                "uniqueItems": true,
                "examples": [["email"]],
            })
        };
        let mut schema = list(&["array", "object"]);
        schema.insert("additionalProperties".to_owned(), list(&["array"]).to_value());
        schema
    }
}

/// What preferences refer to.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) known: &'a Known<'a>,
    pub(super) reminders: &'a BTreeMap<String, ReminderConfig>,
}

impl Preference {
    pub(super) fn meaning(self, context: Context<'_>, at: &Place<'_>) -> meaning::Preference {
        if matches!(self.mute, Some(Mute::All(true))) && self.channels.is_some() {
            at.key("channels").error(Complaint::new("means nothing with \"mute\": true", "remove one of the two"));
        }
        let calendar = |name: &String| at.key("calendar").check(context.known.calendar(name));
        meaning::Preference {
            mute: self.mute.map(|mute| mute.meaning(context, &at.key("mute"))).unwrap_or_default(),
            channels: self.channels.map(|choice| choice.meaning(context, &at.key("channels"))).unwrap_or_default(),
            timezone: self.timezone.and_then(|zone| at.key("timezone").check(values::zone(&zone))),
            quiet_hours: self.quiet_hours.and_then(|hours| at.key("quiet_hours").check(values::quiet_hours(&hours))),
            calendar: self.calendar.as_ref().and_then(calendar),
        }
    }
}

impl Mute {
    fn meaning(self, context: Context<'_>, at: &Place<'_>) -> BTreeSet<String> {
        match self {
            Self::All(true) => BTreeSet::from([ALL.to_owned()]),
            Self::All(false) => BTreeSet::new(),
            Self::Some(list) => {
                for (index, name) in list.iter().enumerate() {
                    name.iter().for_each(|name| context.warn_of_reminder(name, &at.index(index)));
                }
                list.into_iter().flatten().collect()
            }
        }
    }
}

impl Choice {
    fn meaning(self, context: Context<'_>, at: &Place<'_>) -> BTreeMap<String, BTreeSet<String>> {
        match self {
            Self::All(list) => BTreeMap::from([(ALL.to_owned(), context.channels(ALL, list, at))]),
            Self::ByReminder(choices) => {
                let one = |(reminder, list): (String, List)| {
                    let at = at.key(&reminder);
                    context.warn_of_reminder(&reminder, &at);
                    let channels = context.channels(&reminder, list, &at);
                    (reminder, channels)
                };
                choices.into_iter().map(one).collect()
            }
        }
    }
}

impl Context<'_> {
    /// Warns of a wish about a reminder that is not there, or that takes no wishes.
    fn warn_of_reminder(self, name: &str, at: &Place<'_>) {
        if name == ALL {
            return;
        }
        if let Err(Complaint { message, fix }) = self.known.reminder(name) {
            at.warning(Complaint::new(format!("{message}, so that this says nothing"), fix));
        }
        if self.reminders.get(name).is_some_and(|reminder| reminder.mandatory) {
            let what = format!("{name:?} is mandatory and goes out all the same");
            at.warning(Complaint::new(what, "remove it here, or \"mandatory\" there"));
        }
    }

    /// The channels that are wanted for a reminder; warns where it goes out on none of them.
    fn channels(self, reminder: &str, list: List, at: &Place<'_>) -> BTreeSet<String> {
        let wanted: BTreeSet<_> = elements(list, at, |name| self.known.channel(name)).into_iter().collect();
        let meant = self.reminders.values().filter(|one| reminder == ALL || one.name == reminder && !one.mandatory);
        let used: BTreeSet<_> = meant.flat_map(|one| &one.channels).collect();
        if !wanted.is_empty() && !used.is_empty() && !wanted.iter().any(|channel| used.contains(channel)) {
            let subject = if reminder == ALL {
                "no reminder goes out".to_owned()
            } else {
                format!("{reminder:?} does not go out")
            };
            let used: Vec<_> = used.into_iter().map(String::as_str).collect();
            let what = format!("{subject} on {}, so that this is ignored", names(&wanted));
            at.warning(Complaint::new(what, format!("write one of {}", listed(&used))));
        }
        wanted
    }
}

fn names(channels: &BTreeSet<String>) -> String {
    listed(&channels.iter().map(String::as_str).collect::<Vec<_>>())
}

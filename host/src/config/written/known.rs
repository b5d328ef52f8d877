//! What the file names elsewhere, for those sections that refer to it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::values;
use crate::{
    config::{problem::Complaint, report::Place, suggest::did_you_mean},
    policy::WorkCalendar,
};

/// Names by section. What is named but wrong has had its complaint there, and gets none where it is referred to.
pub(super) struct Known<'r> {
    pub(super) channels: Vec<&'r str>,
    /// The channels whose recipients are mailboxes.
    mail_channels: BTreeSet<String>,
    pub(super) reminders: Vec<&'r str>,
    sources: Vec<&'r str>,
    /// The roles that records of a source have, by the source's name.
    source_roles: BTreeMap<&'r str, Vec<&'r str>>,
    calendar_names: Vec<&'r str>,
    calendars: BTreeMap<String, Arc<WorkCalendar>>,
}

impl<'r> Known<'r> {
    pub(super) fn new(
        root: &Place<'r>,
        mail_channels: BTreeSet<String>,
        calendars: BTreeMap<String, Arc<WorkCalendar>>,
    ) -> Self {
        let names = |section: &str| root.key(section).keys().collect::<Vec<_>>();
        let sources = names("sources");
        let roles = |source: &'r str| (source, root.key("sources").key(source).key("roles").keys().collect());
        Self {
            channels: names("channels"),
            mail_channels,
            reminders: names("reminders"),
            source_roles: sources.iter().copied().map(roles).collect(),
            sources,
            calendar_names: names("calendars"),
            calendars,
        }
    }

    pub(super) fn channel(&self, name: &str) -> Result<String, Complaint> {
        named("channel", name, &self.channels)
    }

    pub(super) fn reminder(&self, name: &str) -> Result<String, Complaint> {
        named("reminder", name, &self.reminders)
    }

    pub(super) fn source(&self, name: &str) -> Result<String, Complaint> {
        named("source", name, &self.sources)
    }

    pub(super) fn calendar(&self, name: &str) -> Result<Arc<WorkCalendar>, Complaint> {
        let name = named("calendar", name, &self.calendar_names)?;
        Ok(self.calendars.get(&name).cloned().unwrap_or_default())
    }

    /// The roles that only the records of this source have.
    pub(super) fn roles(&self, source: Option<&str>) -> &[&'r str] {
        source.and_then(|source| self.source_roles.get(source)).map_or(&[], Vec::as_slice)
    }

    /// An address on this channel: an e-mail address, if the channel sends mails.
    pub(super) fn address(&self, channel: &str, text: &str) -> Result<String, Complaint> {
        if self.mail_channels.contains(channel) { values::mail_address(text) } else { values::address(text) }
    }
}

fn named(what: &str, name: &str, known: &[&str]) -> Result<String, Complaint> {
    let fix = || match known {
        [] => format!("add {name:?} to `{what}s`"),
        _ => did_you_mean(name, known),
    };
    let found = known.contains(&name).then(|| name.to_owned());
    found.ok_or_else(|| Complaint::new(format!("there is no {what} {name:?}"), fix()))
}

//! The section `preferences`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    known::Known,
    preference::{Context, Preference},
    values,
};
use crate::config::{
    meaning::{self, ReminderConfig},
    problem::Complaint,
    report::Place,
};

/// What groups and recipients want.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Preferences {
    /// By the group's name.
    groups: BTreeMap<String, Preference>,
    /// By the recipient's address.
    recipients: BTreeMap<String, Preference>,
}

impl Preferences {
    pub(super) fn meaning(
        self,
        known: &Known<'_>,
        reminders: &BTreeMap<String, ReminderConfig>,
        at: &Place<'_>,
    ) -> meaning::Preferences {
        let context = Context { known, reminders };
        let groups_at = at.key("groups");
        let group = |(name, written): (String, Preference)| {
            let preference = written.meaning(context, &groups_at.key(&name));
            (name, preference)
        };
        meaning::Preferences {
            groups: self.groups.into_iter().map(group).collect(),
            recipients: recipients(self.recipients, context, &at.key("recipients")),
        }
    }
}

/// Mailboxes are the same whatever their case; on other channels the address counts as it is written.
fn recipients(
    written: BTreeMap<String, Preference>,
    context: Context<'_>,
    at: &Place<'_>,
) -> BTreeMap<String, meaning::Preference> {
    let mut found = BTreeMap::new();
    for (address, written) in written {
        let at = at.key(&address);
        at.check(values::address(&address));
        let preference = written.meaning(context, &at);
        let mailbox = values::mail_address(&address).map(|address| address.to_lowercase());
        let other = mailbox.ok().filter(|mailbox| *mailbox != address);
        let twice = [Some(&address), other.as_ref()].into_iter().flatten().any(|one| found.contains_key(one));
        if twice {
            at.error(Complaint::new("is the mailbox of another entry, in other letters", "keep one"));
        }
        found.extend(other.map(|mailbox| (mailbox, preference.clone())));
        found.insert(address, preference);
    }
    found
}

//! What a recipient wants, against what a reminder does. Pure.

use super::audience::Ways;
use crate::{
    config::{Preference, Preferences, ReminderConfig},
    model::Code,
    policy::Habits,
};

/// Stands for every reminder in a preference.
const EVERY: &str = "*";

/// The preferences that hold for one recipient: their own, then those of the groups that led to them.
pub(super) struct Wishes<'a> {
    own: Option<&'a Preference>,
    groups: Vec<Option<&'a Preference>>,
}

impl<'a> Wishes<'a> {
    pub(super) fn of(preferences: &'a Preferences, recipient: &str, ways: &Ways) -> Self {
        let mut groups: Vec<_> = ways.groups.iter().map(|name| preferences.groups.get(name)).collect();
        if ways.direct {
            groups.push(None);
        }
        Self { own: preferences.recipients.get(recipient), groups }
    }

    /// Why the recipient is not told of the reminder on the channel, if they are not. What people say of themselves goes
    /// before what their groups say; a group's word holds only if every group that led to them says so.
    pub(super) fn refuse(&self, reminder: &ReminderConfig, channel: &str) -> Option<Code> {
        if reminder.mandatory {
            return None;
        }
        match self.own.map(|own| says(own, reminder, channel)) {
            Some(Says::No(code)) => return Some(code),
            Some(Says::Yes) => return None,
            Some(Says::Nothing) | None => {}
        }
        let refusals = self.groups.iter().map(|group| match group.map(|group| says(group, reminder, channel)) {
            Some(Says::No(code)) => Some(code),
            _ => None,
        });
        refusals.reduce(|first, next| next.and(first)).flatten()
    }

    /// Whose days and hours count: each as the recipient has it, else the first group that has one, else the reminder.
    pub(super) fn habits(&self, reminder: &'a ReminderConfig) -> Habits<'a> {
        let of = || self.own.into_iter().chain(self.groups.iter().copied().flatten());
        Habits {
            zone: of().find_map(|one| one.timezone).unwrap_or(reminder.schedule.zone()),
            calendar: of().find_map(|one| one.calendar.as_ref()).unwrap_or(&reminder.calendar),
            quiet_hours: of().find_map(|one| one.quiet_hours).or(reminder.quiet_hours),
        }
    }
}

/// What one preference says about a reminder on a channel.
enum Says {
    Yes,
    No(Code),
    Nothing,
}

fn says(preference: &Preference, reminder: &ReminderConfig, channel: &str) -> Says {
    if [reminder.name.as_str(), EVERY].iter().any(|name| preference.mute.contains(*name)) {
        return Says::No(Code::Muted);
    }
    let wanted = preference.channels.get(&reminder.name).or_else(|| preference.channels.get(EVERY));
    match wanted.filter(|wanted| reminder.channels.iter().any(|own| wanted.contains(own))) {
        Some(wanted) if wanted.contains(channel) => Says::Yes,
        Some(_) => Says::No(Code::OtherChannel),
        None => Says::Nothing,
    }
}

//! What data.all's settings come to in nudged.
//!
//! The operator's schedules are kept. What is not kept is that each run tells everything again: a request that nobody
//! answers is told of further and further apart, and the end of access only when it is near.

use super::{
    block::Setting,
    note::{Fate, Note},
    written::{Expiration, Notifications, Reminder, Written},
};

/// When data.all reminds of pending requests.
const MONDAYS: &str = "0 9 * * 1";

/// A first notice so many days ahead leaves time to ask for an extension: data.all's run at the end of the month before
/// gives the same. It is left out where the operator's own days begin about as early.
const AHEAD: u32 = 31;
const EARLY_ENOUGH: u32 = 14;

/// What is filled in.
#[derive(Debug)]
pub(super) struct Plan {
    /// Whether pending requests are reminded of, and why.
    pub(super) pending: Switch,
    /// Five-field cron.
    pub(super) schedule: String,
    /// Whether ending access is reminded of, and why.
    pub(super) expiry: Switch,
    /// Days before the month's end on which ending access is looked for.
    pub(super) run_schedule: Vec<u32>,
    /// Days before the end of access at which it is told.
    pub(super) days_before: Vec<u32>,
    /// Whether the whole requesting team is told.
    pub(super) group_notifications: bool,
}

/// Whether something is on, and why.
#[derive(Debug)]
pub(super) struct Switch {
    pub(super) on: bool,
    pub(super) why: &'static str,
}

const NO_MAIL: Switch = Switch { on: false, why: "data.all sends no mails (email.active); true begins to remind" };
const NO_REMINDERS: Switch =
    Switch { on: false, why: "off in data.all too (persistent_reminders); true begins to remind" };
const NO_EXPIRATION: Switch =
    Switch { on: false, why: "off in data.all too (share_expiration); true begins to remind" };
const UNEXPIRED: &str = "data.all does not look for expired access, so neither does nudged";
const ON: Switch = Switch { on: true, why: "as in data.all" };

impl Plan {
    /// Decides, and notes what became of each setting.
    pub(super) fn new(written: &Written, notes: &mut Vec<Note>) -> Self {
        let mail = note_mail(written.notifications.as_ref(), notes);
        let (pending, schedule) = pending(mail, written.notifications.as_ref(), notes);
        let group_notifications = group(written.notifications.as_ref(), notes);
        let (expiry, run_schedule) = expiry(mail, written.expiration.as_ref(), notes);
        let days_before = ladder(&run_schedule);
        Self { pending, schedule, expiry, run_schedule, days_before, group_notifications }
    }
}

/// Whether data.all sends mails at all.
fn note_mail(written: Option<&Notifications>, notes: &mut Vec<Note>) -> bool {
    let off = "data.all sends no mails, so that every reminder is written with \"active\": false";
    let Some(written) = written else {
        notes.push(Note::of_missing("share_notifications", off));
        return false;
    };
    notes.push(match &written.email {
        Some(email) if email.value => email.note(Fate::Kept, "reminders go out on the channel `email`"),
        Some(email) => email.note(Fate::Kept, off),
        None => written.here.absent("email.active", off),
    });
    written.email.as_ref().is_some_and(|email| email.value)
}

/// Whether and when pending requests are reminded of.
fn pending(mail: bool, written: Option<&Notifications>, notes: &mut Vec<Note>) -> (Switch, String) {
    let proposed = written.and_then(|written| written.reminder.as_ref());
    let persistent = written.and_then(|written| written.persistent.as_ref());
    if let Some(persistent) = persistent {
        notes.push(note_persistent(persistent, mail, proposed));
    }
    let reminded = proposed.is_some_and(|reminder| note_proposed(reminder, notes));
    let on = match (mail, reminded || persistent.is_some_and(|persistent| persistent.value)) {
        (false, _) => NO_MAIL,
        (true, false) => NO_REMINDERS,
        (true, true) => ON,
    };
    let frequency = proposed.and_then(|reminder| reminder.frequency.as_ref());
    (on, frequency.map_or_else(|| MONDAYS.to_owned(), |frequency| frequency.value.clone()))
}

fn note_persistent(persistent: &Setting<bool>, mail: bool, proposed: Option<&Reminder>) -> Note {
    let frequency = proposed.and_then(|reminder| reminder.frequency.as_ref());
    match (persistent.value, proposed, frequency) {
        (false, None, _) => persistent.note(Fate::Kept, "reminders.pending-share is not active"),
        (false, Some(reminder), _) => persistent.note(Fate::Ignored, format!("{} counts", reminder.here.path())),
        (true, ..) if !mail => {
            persistent.note(Fate::Kept, "reminders.pending-share is ready but not active, for no mails are sent")
        }
        (true, _, Some(frequency)) => {
            persistent.note(Fate::Changed, format!("reminders.pending-share is active, by {}", frequency.path()))
        }
        (true, _, None) => {
            let text = "reminders.pending-share, Mondays at 09:00 UTC as in data.all, but in one mail for all that \
                        waits, and after the first weeks further and further apart";
            persistent.note(Fate::Changed, text)
        }
    }
}

/// Whether the proposal's block wants reminders: unless it says otherwise, it does.
fn note_proposed(reminder: &Reminder, notes: &mut Vec<Note>) -> bool {
    let wanted = match &reminder.active {
        Some(active) => {
            let text = "on or off, as `active` of reminders.pending-share, which email.active must allow";
            notes.push(active.note(Fate::Kept, text));
            active.value
        }
        None => {
            notes.push(reminder.here.absent("active", "the block is there, and taken for a wish to remind"));
            true
        }
    };
    if let Some(frequency) = &reminder.frequency {
        let text = "the `schedule` of reminders.pending-share, in UTC, but in one mail for all that waits, and after \
                    the first runs further and further apart";
        notes.push(frequency.note(Fate::Changed, text));
    }
    wanted
}

/// Whether the whole requesting team is told.
fn group(written: Option<&Notifications>, notes: &mut Vec<Note>) -> bool {
    let proposed = written.and_then(|written| written.reminder.as_ref()?.group.as_ref());
    let own = written.and_then(|written| written.group.as_ref());
    if let (Some(own), Some(proposed)) = (own, proposed) {
        notes.push(own.note(Fate::Ignored, format!("{} counts", proposed.path())));
    }
    let Some(group) = proposed.or(own) else { return true };
    notes.push(match group.value {
        true => group.note(Fate::Kept, "the whole requesting team is told that its access ends"),
        false => {
            let text = "the share's owner alone is told that access ends; data.all's own mails about that go to the \
                        whole team all the same";
            group.note(Fate::Changed, text)
        }
    });
    group.value
}

/// Whether and on which days ending access is looked for.
fn expiry(mail: bool, written: Option<&Expiration>, notes: &mut Vec<Note>) -> (Switch, Vec<u32>) {
    let active = written.and_then(|written| written.active.as_ref());
    let on = match (mail, active.is_some_and(|active| active.value)) {
        (_, false) => NO_EXPIRATION,
        (false, true) => NO_MAIL,
        (true, true) => ON,
    };
    let Some(written) = written else {
        notes.push(Note::of_missing("share_expiration", UNEXPIRED));
        return (on, vec![0]);
    };
    notes.push(match active {
        Some(active) => note_expiration(active, &on),
        None => written.here.absent("active", UNEXPIRED),
    });
    (on, note_run_schedule(written, notes))
}

fn note_expiration(active: &Setting<bool>, on: &Switch) -> Note {
    match (active.value, on.on) {
        (false, _) => active.note(Fate::Kept, "reminders.expiring-share and .expired-share are not active"),
        (true, false) => {
            active.note(Fate::Kept, "reminders.expiring-share and .expired-share are ready, but no mails are sent")
        }
        (true, true) => {
            let text = "reminders.expiring-share, and .expired-share for those whom data.all tells nothing; access is \
                        revoked by data.all still, not by nudged";
            active.note(Fate::Changed, text)
        }
    }
}

/// The operator's days and, as data.all has it, the last day of the month.
fn note_run_schedule(written: &Expiration, notes: &mut Vec<Note>) -> Vec<u32> {
    let Some(days) = &written.run_schedule else {
        notes.push(
            written.here.absent("run_schedule", "data.all runs on the last day of each month, and so does nudged"),
        );
        return vec![0];
    };
    let mut run_days = days.value.clone();
    run_days.push(0);
    run_days.sort_unstable();
    run_days.dedup();
    let text = "the `run_schedule` of reminders.expiring-share at 09:00 UTC, with 0 as data.all adds it; a share is \
                told of when its own end is near, not in every month before";
    notes.push(days.note(Fate::Changed, text));
    run_days
}

/// The days before the end of access at which it is told: those of the runs, and an early one.
fn ladder(run_days: &[u32]) -> Vec<u32> {
    let mut days: Vec<_> = run_days.iter().rev().copied().collect();
    if days.first().is_none_or(|largest| *largest < EARLY_ENOUGH) {
        days.insert(0, AHEAD);
    }
    days
}

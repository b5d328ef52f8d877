//! What data.all's configuration says about reminders.

use serde_json::Value;

use super::{
    block::{Block, Setting},
    note::{Fate, Note},
};
use crate::config::report::Place;

/// The modules that may hold the blocks about reminders, the one that counts first. data.all reads `datasets_base`;
/// others hold them where a file was written for another version.
pub(super) const HOMES: [&str; 3] = ["datasets_base", "shares_base", "datasets"];

/// The settings about reminders, wherever they stand.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// The block `share_notifications`.
    pub(super) notifications: Option<Notifications>,
    /// The block `share_expiration`.
    pub(super) expiration: Option<Expiration>,
}

/// `share_notifications`
#[derive(Debug)]
pub(super) struct Notifications {
    pub(super) here: Setting<()>,
    /// `email.active`: whether any mail is sent.
    pub(super) email: Option<Setting<bool>>,
    /// `email.persistent_reminders`: whether pending requests are reminded of.
    pub(super) persistent: Option<Setting<bool>>,
    /// `email.parameters.group_notifications`
    pub(super) group: Option<Setting<bool>>,
    /// `reminder`: what was proposed for data.all and never became part of it.
    pub(super) reminder: Option<Reminder>,
}

/// `share_notifications.reminder`
#[derive(Debug)]
pub(super) struct Reminder {
    pub(super) here: Setting<()>,
    pub(super) active: Option<Setting<bool>>,
    /// `parameters.reminder_frequency`: five-field cron.
    pub(super) frequency: Option<Setting<String>>,
    /// `parameters.group_notifications`
    pub(super) group: Option<Setting<bool>>,
}

/// `share_expiration`
#[derive(Debug)]
pub(super) struct Expiration {
    pub(super) here: Setting<()>,
    pub(super) active: Option<Setting<bool>>,
    pub(super) run_schedule: Option<Setting<Vec<u32>>>,
}

impl Written {
    /// Takes the settings out; notes what has nothing to do with reminders, complains about what cannot be understood.
    pub(super) fn read(root: Value, at: Place<'_>, notes: &mut Vec<Note>) -> Self {
        let mut written = Self::default();
        let Some(mut root) = Block::open(root, at) else { return written };
        root.require("modules", "name the config.json of data.all, which has \"modules\" at its top");
        if let Some(mut modules) = root.block("modules") {
            for home in HOMES {
                let module = modules.block(home);
                module.into_iter().for_each(|module| written.read_module(home, module, notes));
            }
            modules.ignore_rest(notes);
        }
        root.ignore_rest(notes);
        written
    }

    fn read_module(&mut self, home: &str, mut module: Block<'_>, notes: &mut Vec<Note>) {
        if let Some(mut features) = module.block("features") {
            match &self.notifications {
                Some(first) => features.ignore("share_notifications", &second(&first.here), notes),
                None => self.notifications = features.block("share_notifications").map(Notifications::read),
            }
            match &self.expiration {
                Some(first) => features.ignore("share_expiration", &second(&first.here), notes),
                None => self.expiration = features.block("share_expiration").map(Expiration::read),
            }
            if home != HOMES[0] {
                self.note_strange_home(&features, notes);
            }
            features.ignore_rest(notes);
        }
        module.ignore_rest(notes);
    }

    /// data.all itself would not find the blocks there.
    fn note_strange_home(&self, features: &Block<'_>, notes: &mut Vec<Note>) {
        let notifications = self.notifications.as_ref().map(|block| &block.here);
        let expiration = self.expiration.as_ref().map(|block| &block.here);
        let inside = format!("{}.", features.here().path());
        for here in notifications.into_iter().chain(expiration).filter(|here| here.path().starts_with(&inside)) {
            let text = format!("read as if it stood in modules.{}.features, where data.all looks for it", HOMES[0]);
            notes.push(here.note(Fate::Changed, text));
        }
    }
}

fn second(first: &Setting<()>) -> String {
    format!("{} counts", first.path())
}

impl Notifications {
    fn read(mut block: Block<'_>) -> Self {
        let mut read = Self { here: block.here(), email: None, persistent: None, group: None, reminder: None };
        if let Some(mut email) = block.block("email") {
            read.email = email.flag("active");
            read.persistent = email.flag("persistent_reminders");
            if let Some(mut parameters) = email.block("parameters") {
                read.group = parameters.flag("group_notifications");
                parameters.refuse_rest(&["group_notifications"]);
            }
            email.refuse_rest(&["active", "persistent_reminders", "parameters"]);
        }
        read.reminder = block.block("reminder").map(Reminder::read);
        block.refuse_rest(&["email", "reminder"]);
        read
    }
}

impl Reminder {
    fn read(mut block: Block<'_>) -> Self {
        let mut read = Self { here: block.here(), active: block.flag("active"), frequency: None, group: None };
        if let Some(mut parameters) = block.block("parameters") {
            read.frequency = parameters.cron("reminder_frequency");
            read.group = parameters.flag("group_notifications");
            parameters.refuse_rest(&["reminder_frequency", "group_notifications"]);
        }
        block.refuse_rest(&["active", "parameters"]);
        read
    }
}

impl Expiration {
    fn read(mut block: Block<'_>) -> Self {
        let read = Self { here: block.here(), active: block.flag("active"), run_schedule: block.days("run_schedule") };
        block.refuse_rest(&["active", "run_schedule"]);
        read
    }
}

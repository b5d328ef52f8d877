//! What data.all's own two tasks mail today, defects included: what nudged is measured against.
//!
//! The pending task runs every Monday, the expiration task on the days of `run_schedule` before each month's end, both
//! at 09:00 UTC. Neither remembers what it sent. Mails are on (`email.active`), and so are both tasks.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use nudged::model::Share;

/// One share as data.all's tasks see it.
#[derive(Debug, Clone)]
pub struct TodayShare {
    /// Its row, with its dataset's.
    pub share: Share,
    /// Whether the row is marked as deleted.
    pub deleted: bool,
    /// Whether there is a notification of its submission, without which the pending task does not see it.
    pub noticed: bool,
    /// Whether its dataset is there.
    pub dataset: bool,
}

impl From<Share> for TodayShare {
    /// A share with nothing wrong about it.
    fn from(share: Share) -> Self {
        Self { share, deleted: false, noticed: true, dataset: true }
    }
}

/// One mail.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TodayMail {
    /// When, at 09:00 UTC.
    pub day: NaiveDate,
    /// By which task.
    pub task: TodayTask,
    /// To whom.
    pub address: String,
    /// About which share: there is a mail for each.
    pub share: String,
}

/// data.all's tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TodayTask {
    /// `persistent_email_reminders_task`
    Pending,
    /// `share_expiration_task`
    Expiration,
}

/// A data.all with its identity provider and its schedule.
#[derive(Debug, Clone)]
pub struct DataallToday {
    /// Addresses of each group's members; a group that is not here is not known.
    pub groups: BTreeMap<String, Vec<String>>,
    /// Days before the month's end; data.all adds 0.
    pub run_schedule: Vec<u32>,
}

/// A task has given up: data.all sends no more in that run.
struct Aborted;

impl DataallToday {
    /// With data.all's default schedule.
    pub fn new(groups: BTreeMap<String, Vec<String>>) -> Self {
        Self { groups, run_schedule: vec![1, 3, 7, 14, 21, 28] }
    }

    /// All mails of the month that `first` begins, while nothing about the shares changes.
    ///
    /// # Panics
    /// If that month is beyond what a date can be.
    pub fn month(&self, shares: &[TodayShare], first: NaiveDate) -> Vec<TodayMail> {
        let end = first.checked_add_months(Months::new(1)).expect("a month later");
        let days = first.iter_days().take_while(|day| *day < end);
        days.flat_map(|day| {
            let pending = if day.weekday() == Weekday::Mon { self.pending(shares, day) } else { Vec::new() };
            let expiration = if self.expires_on(day, end) { self.expiration(shares, day) } else { Vec::new() };
            [pending, expiration].concat()
        })
        .collect()
    }

    fn expires_on(&self, day: NaiveDate, end: NaiveDate) -> bool {
        let before = |n: u32| end.checked_sub_days(Days::new(u64::from(n) + 1));
        self.run_schedule.iter().copied().chain([0]).any(|n| before(n) == Some(day))
    }

    /// What the pending task mails in one run. The first share with a missing dataset, a missing group or no stewards
    /// ends it, and all shares after that one get nothing.
    pub fn pending(&self, shares: &[TodayShare], day: NaiveDate) -> Vec<TodayMail> {
        let mut mails = Vec::new();
        for seen in shares.iter().filter(|seen| seen.share.status == "Submitted" && seen.noticed) {
            match self.owners(seen) {
                Ok(addresses) => mails.extend(about(seen, TodayTask::Pending, day, addresses)),
                Err(Aborted) => break,
            }
        }
        mails
    }

    /// What the expiration task mails in one run. A share that it cannot manage is left out.
    pub fn expiration(&self, shares: &[TodayShare], day: NaiveDate) -> Vec<TodayMail> {
        let mut mails = Vec::new();
        for seen in shares.iter().filter(|seen| seen.share.status == "Processed" && !seen.deleted) {
            let ahead = seen.share.expiry_day.is_some_and(|last| last >= day);
            let told = match seen.share.extension_asked {
                // Unreachable through the product, which changes the status too.
                true => self.owners(seen),
                false => self.requesters(seen),
            };
            if let (true, Ok(addresses)) = (ahead, told) {
                mails.extend(about(seen, TodayTask::Expiration, day, addresses));
            }
        }
        mails
    }

    /// The members of the admin group and the stewards, each once.
    fn owners(&self, seen: &TodayShare) -> Result<BTreeSet<&str>, Aborted> {
        let admins = seen.share.producers.as_ref().filter(|_| seen.dataset).ok_or(Aborted)?;
        let stewards = seen.share.stewards.as_ref().ok_or(Aborted)?;
        Ok(self.members(admins)?.chain(self.members(stewards)?).collect())
    }

    fn requesters(&self, seen: &TodayShare) -> Result<BTreeSet<&str>, Aborted> {
        if !seen.dataset {
            return Err(Aborted);
        }
        Ok(self.members(&seen.share.group)?.collect())
    }

    fn members(&self, group: &str) -> Result<impl Iterator<Item = &str>, Aborted> {
        Ok(self.groups.get(group).ok_or(Aborted)?.iter().map(String::as_str))
    }
}

fn about(
    seen: &TodayShare,
    task: TodayTask,
    day: NaiveDate,
    addresses: BTreeSet<&str>,
) -> impl Iterator<Item = TodayMail> {
    let mail = move |address: &str| TodayMail { day, task, address: address.to_owned(), share: seen.share.uri.clone() };
    addresses.into_iter().map(mail)
}

//! Whether a strategy looks at an item at all.

use chrono::{Days, NaiveDate};

use crate::{
    config::ReminderConfig,
    model::{Item, Kind, Manifest, Reads, Share, ShareItem},
};

/// Every reason for which the strategy is not asked about the item; none if it is.
pub(super) fn unread(manifest: &Manifest, reminder: &ReminderConfig, item: &Item, today: NaiveDate) -> Vec<String> {
    let reads = &manifest.reads;
    match (manifest.kind, item) {
        (Kind::ShareStrategy, Item::Share(share)) => share_reasons(reads, share, today),
        (Kind::StackStrategy, Item::Stack(stack)) => {
            let status = outside("its status", &stack.status, &reads.statuses);
            status.into_iter().chain(outside("its kind", &stack.kind, &reads.kinds)).collect()
        }
        (Kind::RecordStrategy, Item::Record(record)) => match reminder.records.as_deref() {
            Some(name) if name == record.source => Vec::new(),
            Some(name) => vec![format!("the reminder is about the records of {name}")],
            None => vec!["the reminder names no source of records".to_owned()],
        },
        (kind, _) => vec![format!("its strategy is about {}", what(kind))],
    }
}

fn what(kind: Kind) -> &'static str {
    match kind {
        Kind::ShareStrategy => "shares",
        Kind::StackStrategy => "stacks",
        Kind::RecordStrategy => "records",
        Kind::Channel => "channels",
    }
}

fn share_reasons(reads: &Reads, share: &Share, today: NaiveDate) -> Vec<String> {
    let status = outside("its status", &share.status, &reads.statuses);
    let near = reads.expires_within_days.and_then(|days| too_far(share.expiry_day, days, today));
    let asked = (reads.extension_asked && !share.is_extension_asked()).then(|| "no extension was asked for".to_owned());
    let items = none_of("has the status", &reads.item_statuses, share, |item| &item.status);
    let health = none_of("has the health", &reads.item_health, share, |item| &item.health);
    [status, near, asked, items, health].into_iter().flatten().collect()
}

fn outside(what: &str, value: &str, wanted: &[String]) -> Option<String> {
    let is_wanted = wanted.is_empty() || wanted.iter().any(|one| one == value);
    (!is_wanted).then(|| format!("{what} is \"{value}\", not {}", wanted.join(" or ")))
}

fn too_far(day: Option<NaiveDate>, most: u32, today: NaiveDate) -> Option<String> {
    let Some(day) = day else { return Some("it has no last day".to_owned()) };
    let last = today.checked_add_days(Days::new(u64::from(most)))?;
    (day > last).then(|| match most {
        0 => format!("its last day, {day}, is still ahead"),
        most => format!("its last day, {day}, is more than {most} days ahead"),
    })
}

fn none_of(has: &str, wanted: &[String], share: &Share, of: fn(&ShareItem) -> &str) -> Option<String> {
    let any = wanted.is_empty() || share.items.iter().any(|item| wanted.iter().any(|one| one == of(item)));
    (!any).then(|| format!("none of its {} items {has} {}", share.items.len(), wanted.join(" or ")))
}

//! [`Want`]: what the due strategies need to see.

use chrono::{Datelike, Days, NaiveDate};

use crate::model::{Kind, Manifest, Reads};

/// What the due strategies read, pushed into the statements: an item is read if any of them wants it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Want {
    /// What each share strategy reads; without any no share is read.
    pub shares: Vec<Reads>,
    /// What each stack strategy reads; without any no stack is read.
    pub stacks: Vec<Reads>,
    /// The day of the run in the source's zone: `expires_within_days` counts from it.
    pub today: NaiveDate,
}

impl Want {
    /// What these manifests read, on this day. Those of record strategies and channels want nothing of data.all.
    pub fn of<'a>(manifests: impl IntoIterator<Item = &'a Manifest>, today: NaiveDate) -> Self {
        let mut want = Self { today, ..Self::default() };
        for Manifest { kind, reads, .. } in manifests {
            let list = match kind {
                Kind::ShareStrategy => &mut want.shares,
                Kind::StackStrategy => &mut want.stacks,
                Kind::RecordStrategy | Kind::Channel => continue,
            };
            if !list.contains(reads) {
                list.push(reads.clone());
            }
        }
        want
    }

    /// Every share and every stack; the shares with their items if `items`.
    pub fn everything(today: NaiveDate, items: bool) -> Self {
        let fields = if items { vec!["items".to_owned()] } else { Vec::new() };
        Self { shares: vec![Reads { fields, ..Reads::default() }], stacks: vec![Reads::default()], today }
    }

    /// The last day of expiry that is at most so many days ahead; `None` if every day is. Later years than data.all
    /// can write are not told apart.
    pub(super) fn horizon(&self, days: u32) -> Option<NaiveDate> {
        self.today.checked_add_days(Days::new(u64::from(days))).filter(|day| day.year() < 9999)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn manifest(kind: &str, reads: serde_json::Value) -> Manifest {
        let manifest = json!({ "name": "n", "version": "1.0.0", "kind": kind, "reads": reads });
        serde_json::from_value(manifest).expect("a manifest")
    }

    #[test]
    fn each_kind_reads_its_own_and_the_same_only_once() {
        let late = json!({ "expires-within-days": 30 });
        let manifests = [
            manifest("share-strategy", late.clone()),
            manifest("share-strategy", late),
            manifest("stack-strategy", json!({ "kinds": ["dataset"] })),
            manifest("record-strategy", json!({})),
            manifest("channel", json!({})),
        ];
        let today = NaiveDate::from_ymd_opt(2026, 5, 4).expect("a day");
        let want = Want::of(&manifests, today);
        assert_eq!((want.shares.as_slice(), want.stacks.len()), (&[manifests[0].reads.clone()][..], 1));
        assert_eq!(want.horizon(30), NaiveDate::from_ymd_opt(2026, 6, 3));
        assert_eq!(want.horizon(u32::MAX), None);
    }
}

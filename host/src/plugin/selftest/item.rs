//! Items of a case as they are written: keys are the getters of the WIT, and what is left out is empty.

use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::case::from_value;
use crate::model::{Instant, Item, Kind, Record, Share, ShareItem, Stack};

/// Reads the item at this index of a batch of a strategy of this kind.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read(kind: Kind, index: usize, now: Instant, value: Value) -> Result<Item, String> {
    let number = index + 1;
    Ok(match kind {
        Kind::ShareStrategy => Item::Share(Arc::new(from_value::<WrittenShare>(value)?.share(number, now))),
        Kind::StackStrategy => Item::Stack(Arc::new(from_value::<WrittenStack>(value)?.stack(number))),
        Kind::RecordStrategy => Item::Record(Arc::new(from_value::<WrittenRecord>(value)?.record(number))),
        Kind::Channel => return Err("channels have no items".to_owned()),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[derive(Default)]
struct WrittenShare {
    uri: Option<String>,
    status: String,
    since: Option<Instant>,
    owner: String,
    requesters: String,
    principal: String,
    principal_type: String,
    purpose: String,
    expiry_day: Option<NaiveDate>,
    expires: Option<Instant>,
    extension_asked: bool,
    extension_reason: String,
    requested_expiry_day: Option<NaiveDate>,
    reject_purpose: String,
    non_expirable: bool,
    dataset_uri: String,
    dataset_label: String,
    confidentiality: String,
    expiry_setting: String,
    expiry_min_duration: Option<u32>,
    expiry_max_duration: Option<u32>,
    producers: Option<String>,
    stewards: Option<String>,
    environment_uri: String,
    environment_label: String,
    items: Vec<WrittenShareItem>,
}

impl WrittenShare {
    fn share(self, number: usize, now: Instant) -> Share {
        Share {
            uri: self.uri.unwrap_or_else(|| format!("share-{number}")),
            status: self.status,
            since: self.since.unwrap_or(now),
            owner: self.owner,
            group: self.requesters,
            principal: self.principal,
            principal_type: self.principal_type,
            purpose: self.purpose,
            expires: self.expires.or_else(|| end_of(self.expiry_day?)),
            expiry_day: self.expiry_day,
            extension_asked: self.extension_asked,
            extension_reason: self.extension_reason,
            requested_expiry_day: self.requested_expiry_day,
            reject_purpose: self.reject_purpose,
            non_expirable: self.non_expirable,
            dataset_uri: self.dataset_uri,
            dataset_label: self.dataset_label,
            confidentiality: self.confidentiality,
            expiry_setting: self.expiry_setting,
            expiry_min: self.expiry_min_duration,
            expiry_max: self.expiry_max_duration,
            producers: self.producers,
            stewards: self.stewards,
            environment_uri: self.environment_uri,
            environment_label: self.environment_label,
            environment_admins: None,
            items: self.items.into_iter().map(WrittenShareItem::item).collect(),
        }
    }
}

/// The end of a day in UTC.
fn end_of(day: NaiveDate) -> Option<Instant> {
    Some(day.succ_opt()?.and_time(NaiveTime::MIN).and_utc())
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct WrittenShareItem {
    uri: String,
    name: String,
    r#type: String,
    status: String,
    health: String,
    health_message: String,
    touched: Option<Instant>,
    verified: Option<Instant>,
}

impl WrittenShareItem {
    fn item(self) -> ShareItem {
        let Self { uri, name, r#type: kind, status, health, health_message, touched, verified } = self;
        ShareItem { uri, name, kind, status, health, health_message, touched, verified }
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct WrittenStack {
    uri: Option<String>,
    kind: String,
    status: String,
    target_uri: String,
    target_label: String,
    account: String,
    region: String,
    error: String,
    producers: Option<String>,
    stewards: Option<String>,
    environment_label: String,
    environment_admins: Option<String>,
}

impl WrittenStack {
    fn stack(self, number: usize) -> Stack {
        Stack {
            uri: self.uri.unwrap_or_else(|| format!("stack-{number}")),
            kind: self.kind,
            status: self.status,
            target_uri: self.target_uri,
            target_label: self.target_label,
            account: self.account,
            region: self.region,
            error: self.error,
            producers: self.producers,
            stewards: self.stewards,
            environment_label: self.environment_label,
            environment_admins: self.environment_admins,
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct WrittenRecord {
    id: Option<String>,
    source: String,
    columns: Map<String, Value>,
}

impl WrittenRecord {
    fn record(self, number: usize) -> Record {
        Record {
            source: self.source,
            id: self.id.unwrap_or_else(|| format!("record-{number}")),
            columns: self.columns.into_iter().filter_map(|(name, value)| Some((name, text(value)?))).collect(),
            zone: chrono_tz::UTC,
            roles: vec![],
            link: None,
        }
    }
}

/// A column's value as the host hands it over: text, or nothing where it is NULL.
fn text(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: Instant = Instant::UNIX_EPOCH;

    #[test]
    fn a_share_expires_at_the_end_of_its_day_unless_it_says_otherwise() {
        let expires = |share: Value| {
            let item = read(Kind::ShareStrategy, 0, NOW, share).expect("sound");
            item.share().expect("a share").expires.expect("expires").to_rfc3339()
        };
        assert_eq!(expires(json!({ "expiry-day": "2026-07-31" })), "2026-08-01T00:00:00+00:00");
        let said = json!({ "expiry-day": "2026-07-31", "expires": "2026-07-31T22:00:00Z" });
        assert_eq!(expires(said), "2026-07-31T22:00:00+00:00");
    }

    #[test]
    fn columns_are_texts_in_their_order_and_null_is_none() {
        let columns = json!({ "z": "text", "a": 7, "none": null, "b": true });
        let item = read(Kind::RecordStrategy, 2, NOW, json!({ "columns": columns })).expect("sound");
        let record = item.record().expect("a record");
        let expected = [("z", "text"), ("a", "7"), ("b", "true")];
        assert_eq!(record.columns, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(record.id, "record-3");
    }

    #[test]
    fn items_of_another_kind_are_refused() {
        assert!(read(Kind::StackStrategy, 0, NOW, json!({ "owner": "x" })).is_err());
        assert!(read(Kind::StackStrategy, 0, NOW, json!({ "account": "1" })).is_ok());
    }
}

//! Items of a case as they are written: keys are the getters of the WIT, and what is left out is empty.

use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::reading::from_value;
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

#[derive(Deserialize, Serialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
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

#[derive(Deserialize, Serialize, Default)]
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

#[derive(Deserialize, Serialize, Default)]
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

/// An item as a case has it: without what is empty.
pub fn write(item: &Item) -> Value {
    let written = match item {
        Item::Share(share) => json!(WrittenShare::of(share)),
        Item::Stack(stack) => json!(WrittenStack::of(stack)),
        Item::Record(record) => {
            let columns: Map<_, _> = record.columns.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
            return json!({ "id": record.id, "source": record.source, "columns": columns });
        }
    };
    without_defaults(written)
}

/// Leaves out what is read again from nothing.
fn without_defaults(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let said = fields.into_iter().filter(|(_, value)| !is_default(value));
            said.map(|(name, value)| (name, without_defaults(value))).collect()
        }
        Value::Array(values) => values.into_iter().map(without_defaults).collect(),
        other => other,
    }
}

fn is_default(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        _ => false,
    }
}

impl WrittenShare {
    fn of(share: &Share) -> Self {
        let share = share.clone();
        Self {
            uri: Some(share.uri),
            status: share.status,
            since: Some(share.since),
            owner: share.owner,
            requesters: share.group,
            principal: share.principal,
            principal_type: share.principal_type,
            purpose: share.purpose,
            expiry_day: share.expiry_day,
            expires: share.expires,
            extension_asked: share.extension_asked,
            extension_reason: share.extension_reason,
            requested_expiry_day: share.requested_expiry_day,
            reject_purpose: share.reject_purpose,
            non_expirable: share.non_expirable,
            dataset_uri: share.dataset_uri,
            dataset_label: share.dataset_label,
            confidentiality: share.confidentiality,
            expiry_setting: share.expiry_setting,
            expiry_min_duration: share.expiry_min,
            expiry_max_duration: share.expiry_max,
            producers: share.producers,
            stewards: share.stewards,
            environment_uri: share.environment_uri,
            environment_label: share.environment_label,
            items: share.items.into_iter().map(WrittenShareItem::of).collect(),
        }
    }
}

impl WrittenShareItem {
    fn of(item: ShareItem) -> Self {
        let ShareItem { uri, name, kind, status, health, health_message, touched, verified } = item;
        Self { uri, name, r#type: kind, status, health, health_message, touched, verified }
    }
}

impl WrittenStack {
    fn of(stack: &Stack) -> Self {
        let stack = stack.clone();
        Self {
            uri: Some(stack.uri),
            kind: stack.kind,
            status: stack.status,
            target_uri: stack.target_uri,
            target_label: stack.target_label,
            account: stack.account,
            region: stack.region,
            error: stack.error,
            producers: stack.producers,
            stewards: stack.stewards,
            environment_label: stack.environment_label,
            environment_admins: stack.environment_admins,
        }
    }
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn what_was_written_is_read_as_the_same_item() {
        let share = json!({
            "uri": "s1", "status": "Processed", "since": "2026-06-03T09:00:00.5Z", "owner": "rita@x.test",
            "expiry-day": "2026-07-31", "expires": "2026-07-31T22:00:00Z", "extension-asked": true,
            "expiry-min-duration": 1, "producers": "sales",
            "items": [{ "name": "orders", "type": "DatasetTable", "verified": "2026-06-03T09:00:00Z" }],
        });
        let stack = json!({ "uri": "k1", "kind": "dataset", "account": "1", "environment-admins": "admins" });
        let record = json!({ "id": "r1", "source": "rows", "columns": { "z": "1", "empty": "" } });
        let kinds = [(Kind::ShareStrategy, share), (Kind::StackStrategy, stack), (Kind::RecordStrategy, record)];
        for (kind, written) in kinds {
            let item = read(kind, 0, NOW, written.clone()).expect("sound");
            let again = write(&item);
            assert_eq!(again.as_object().map(Map::len), written.as_object().map(Map::len), "{again}");
            assert_eq!(read(kind, 0, NOW, again).as_ref(), Ok(&item));
        }
    }
}

//! What the tables say of an item.

use serde_json::{Map, Value, json};

use crate::model::{Item, Record, Share, ShareItem, Stack};

/// By name, in an order for people. What is empty is left out.
pub(super) fn facts(item: &Item) -> Map<String, Value> {
    let facts = match item {
        Item::Share(share) => of_share(share),
        Item::Stack(stack) => of_stack(stack),
        Item::Record(record) => of_record(record),
    };
    let is_said = |value: &Value| match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        _ => true,
    };
    let Value::Object(facts) = facts else { return Map::new() };
    facts.into_iter().filter(|(_, value)| is_said(value)).collect()
}

fn of_share(share: &Share) -> Value {
    json!({
        "status": share.status,
        "since": share.since,
        "dataset": share.dataset_label,
        "confidentiality": share.confidentiality,
        "producers": share.producers,
        "stewards": share.stewards,
        "requesters": share.group,
        "requester": share.owner,
        "environment": share.environment_label,
        "environment-admins": share.environment_admins,
        "last day": share.expiry_day,
        "expires": share.expires,
        "extension asked": share.extension_asked,
        "requested until": share.requested_expiry_day,
        "never expires": share.non_expirable,
        "items": share.items.iter().map(of_item).collect::<Vec<_>>(),
    })
}

fn of_item(item: &ShareItem) -> Value {
    json!({ "name": item.name, "type": item.kind, "status": item.status, "health": item.health })
}

fn of_stack(stack: &Stack) -> Value {
    json!({
        "status": stack.status,
        "kind": stack.kind,
        "target": stack.target_label,
        "target uri": stack.target_uri,
        "account": stack.account,
        "region": stack.region,
        "producers": stack.producers,
        "stewards": stack.stewards,
        "environment": stack.environment_label,
        "environment-admins": stack.environment_admins,
    })
}

fn of_record(record: &Record) -> Value {
    let pairs = record.columns.iter().chain(&record.roles);
    let mut facts: Map<_, _> = pairs.map(|(name, value)| (name.clone(), Value::from(value.clone()))).collect();
    facts.insert("source".to_owned(), Value::from(record.source.clone()));
    Value::Object(facts)
}

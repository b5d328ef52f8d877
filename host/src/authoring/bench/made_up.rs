//! Items that nobody has: such as the strategy reads, and the same each time.

use std::sync::Arc;

use chrono::{Days, TimeDelta};
use chrono_tz::UTC;
use fastrand::Rng;

use crate::{
    model::{Item, Kind, Manifest, Reads, Record, Share, ShareItem, Stack},
    plugin::Context,
};

/// What chance begins with: figures of two versions are about the same items.
const SEED: u64 = 1;

/// Days of which the items' dates are.
const DAYS: u32 = 60;

/// Most items of a share.
const ITEMS: usize = 6;

/// Items such as a strategy with this manifest reads.
pub(super) fn made_up(manifest: &Manifest, context: &Context, count: usize) -> Vec<Item> {
    let mut chance = Rng::with_seed(SEED);
    let columns = columns(manifest, context);
    let one = |number| match manifest.kind {
        Kind::StackStrategy => Item::Stack(Arc::new(stack(number, &manifest.reads, &mut chance))),
        Kind::RecordStrategy => Item::Record(Arc::new(record(number, &columns, context, &mut chance))),
        _ => Item::Share(Arc::new(share(number, &manifest.reads, context, &mut chance))),
    };
    (0..count).map(one).collect()
}

/// One of the words that are asked for, or else of those that are usual.
fn one_of(asked: &[String], usual: &[&str], chance: &mut Rng) -> String {
    match asked {
        [] => usual[chance.usize(..usual.len())].to_owned(),
        asked => asked[chance.usize(..asked.len())].clone(),
    }
}

fn share(number: usize, reads: &Reads, context: &Context, chance: &mut Rng) -> Share {
    let ahead = reads.expires_within_days.unwrap_or(DAYS).min(DAYS);
    let expiry_day = context.today.checked_add_days(Days::new(chance.u32(..=ahead).into()));
    let items = if reads.items() { chance.usize(1..=ITEMS) } else { 0 };
    Share {
        uri: format!("made-up-{number}"),
        status: match reads.extension_asked {
            true => "Submitted_For_Extension".to_owned(),
            false => one_of(&reads.statuses, &["Submitted", "Processed", "Draft", "Revoked"], chance),
        },
        since: context.now - TimeDelta::hours(chance.i64(1..i64::from(DAYS) * 24)),
        owner: format!("owner-{}@x.test", number % 17),
        group: format!("team-{}", number % 7),
        principal: format!("role-{number}"),
        principal_type: "Group".to_owned(),
        purpose: "The forecast of next month's sales, by region and by product.".to_owned(),
        expires: expiry_day.and_then(|day| Some(day.succ_opt()?.and_hms_opt(0, 0, 0)?.and_utc())),
        expiry_day,
        extension_asked: chance.u8(..8) == 0,
        extension_reason: String::new(),
        requested_expiry_day: None,
        reject_purpose: String::new(),
        non_expirable: false,
        dataset_uri: format!("dataset-{}", number % 97),
        dataset_label: format!("Sales {}", number % 97),
        confidentiality: one_of(&[], &["Unclassified", "Official", "Secret"], chance),
        expiry_setting: "Monthly".to_owned(),
        expiry_min: Some(1),
        expiry_max: Some(12),
        producers: Some(format!("producers-{}", number % 11)),
        stewards: Some(format!("stewards-{}", number % 11)),
        environment_uri: format!("environment-{}", number % 5),
        environment_label: "Analytics".to_owned(),
        environment_admins: Some("admins".to_owned()),
        items: (0..items).map(|place| share_item(place, reads, context, chance)).collect(),
    }
}

fn share_item(place: usize, reads: &Reads, context: &Context, chance: &mut Rng) -> ShareItem {
    ShareItem {
        uri: format!("item-{place}"),
        name: format!("table_{place}"),
        kind: "DatasetTable".to_owned(),
        status: one_of(&reads.item_statuses, &["Share_Succeeded"], chance),
        health: one_of(&reads.item_health, &["Healthy", "Unhealthy"], chance),
        health_message: "The role has no access any more.".to_owned(),
        touched: Some(context.now - TimeDelta::days(chance.i64(1..30))),
        verified: Some(context.now - TimeDelta::days(chance.i64(1..30))),
    }
}

fn stack(number: usize, reads: &Reads, chance: &mut Rng) -> Stack {
    Stack {
        uri: format!("made-up-{number}"),
        kind: one_of(&reads.kinds, &["dataset", "environment"], chance),
        status: one_of(&reads.statuses, &["CREATE_FAILED", "UPDATE_FAILED", "UPDATE_ROLLBACK_COMPLETE"], chance),
        target_uri: format!("target-{number}"),
        target_label: format!("Sales {number}"),
        account: "111111111111".to_owned(),
        region: "eu-west-1".to_owned(),
        error: "The bucket exists already.".to_owned(),
        producers: Some(format!("producers-{}", number % 11)),
        stewards: Some(format!("stewards-{}", number % 11)),
        environment_label: "Analytics".to_owned(),
        environment_admins: Some("admins".to_owned()),
    }
}

/// The columns that the parameters name, or that the schema has them name by default.
fn columns(manifest: &Manifest, context: &Context) -> Vec<String> {
    let given = manifest.columns(&context.parameters).map(|(_, column)| column.to_owned());
    let properties = manifest.parameters["properties"].as_object().into_iter().flatten();
    let left_out = properties
        .filter(|(name, schema)| schema["format"] == "column" && context.parameters.get(name.as_str()).is_none());
    given.chain(left_out.filter_map(|(_, schema)| Some(schema["default"].as_str()?.to_owned()))).collect()
}

/// What stands in a column may be anything: an instant is read as one, and as text.
fn record(number: usize, columns: &[String], context: &Context, chance: &mut Rng) -> Record {
    let mut value = || (context.now + TimeDelta::hours(chance.i64(-720..720))).to_rfc3339();
    Record {
        source: "made-up".to_owned(),
        id: number.to_string(),
        columns: columns.iter().map(|name| (name.clone(), value())).collect(),
        zone: UTC,
        roles: vec![("owner".to_owned(), format!("owner-{}@x.test", number % 17))],
        link: None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::model::Instant;

    fn items(manifest: Value, parameters: Value) -> Vec<Item> {
        let manifest = serde_json::from_value(manifest).expect("a manifest");
        let now: Instant = "2026-06-04T09:00:00Z".parse().expect("an instant");
        let context = Context { now, today: now.date_naive(), parameters, attributes: Vec::new() };
        let one = made_up(&manifest, &context, 300);
        assert_eq!(one, made_up(&manifest, &context, 300), "the same each time");
        one
    }

    #[test]
    fn shares_are_such_as_the_strategy_reads() {
        let reads = json!({ "statuses": ["Processed"], "expires-within-days": 3, "item-health": ["Unhealthy"] });
        let manifest = json!({ "name": "x", "version": "1", "kind": "share-strategy", "reads": reads });
        let today = "2026-06-04".parse().expect("a day");
        let read: Reads = serde_json::from_value(reads).expect("reads");
        for item in items(manifest, json!({})) {
            let share = item.share().expect("a share");
            assert!(read.wants_share(share, today) && !share.items.is_empty(), "{share:?}");
        }
    }

    #[test]
    fn records_have_the_columns_that_are_named() {
        let column = |default: Option<&str>| json!({ "type": "string", "format": "column", "default": default });
        let properties = json!({ "due": column(None), "title": column(Some("name")), "note": { "type": "string" } });
        let manifest = json!({ "name": "x", "version": "1", "kind": "record-strategy", "parameters": { "properties": properties } });
        let items = items(manifest, json!({ "due": "due_on" }));
        let record = items[0].record().expect("a record");
        assert!(record.instant("due_on").is_some() && record.column("name").is_some(), "{record:?}");
    }
}

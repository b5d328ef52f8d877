//! Items without what people wrote in them: who they are, what they own, what they said.
//!
//! A text is replaced by a placeholder of its kind, and wherever the same text stands, by the same: what belonged
//! together still does. Every field is named here, so that one that is new has to be thought of.

mod names;
mod parameters;
mod record;

use std::{collections::BTreeSet, sync::Arc};

use serde_json::Value;

use self::{
    names::Names,
    record::{Columns, is_of_birth, is_time},
};
use crate::model::{Item, Record, Share, ShareItem, Stack};

/// Replaces texts, the same by the same over its whole life.
#[derive(Debug, Default)]
pub struct Redactor {
    names: Names,
    /// Columns of records, and parameters, whose values are kept.
    keep: BTreeSet<String>,
    /// The column that names a record.
    id: Option<String>,
}

impl Redactor {
    /// One that keeps the values of these columns of records, and of the parameters of these names. `id` is the column that names a record.
    pub fn new(keep: impl IntoIterator<Item = String>, id: Option<String>) -> Self {
        Self { names: Names::default(), keep: keep.into_iter().collect(), id }
    }

    /// The items without what people wrote in them. What it takes for a column of records to be kept is judged by all of
    /// these items together.
    pub fn items(&mut self, items: &[Item]) -> Vec<Item> {
        let columns = Columns::of(items.iter().filter_map(Item::record).map(AsRef::as_ref));
        let redact = |item: &Item| match item {
            Item::Share(share) => Item::Share(Arc::new(self.share(share))),
            Item::Stack(stack) => Item::Stack(Arc::new(self.stack(stack))),
            Item::Record(record) => Item::Record(Arc::new(self.record(record, &columns))),
        };
        items.iter().map(redact).collect()
    }

    /// The parameters without what people wrote in them, and with the same placeholders as the items: a text is kept only
    /// where the plugin's schema names it (`enum`, `const`) or says that it is a column or a time (`format`), or if the
    /// parameter was said to be kept. Keys that the schema does not name are replaced within parameters, and where they are no
    /// plain words.
    pub fn parameters(&mut self, parameters: &Value, schema: &Value) -> Value {
        let Some(fields) = parameters.as_object() else { return self.names.parameter(parameters, schema) };
        let redact = |(key, value): (&String, &Value)| {
            let kept = self.keep.contains(key);
            let value = if kept { value.clone() } else { self.names.parameter(value, &schema["properties"][key]) };
            let plain = kept || schema["properties"].get(key).is_some() || parameters::is_plain(key);
            (if plain { key.clone() } else { self.names.value(key) }, value)
        };
        fields.iter().map(redact).collect()
    }

    fn share(&mut self, share: &Share) -> Share {
        let names = &mut self.names;
        let Share {
            uri,
            status,
            since,
            owner,
            group,
            principal,
            principal_type,
            purpose,
            expiry_day,
            expires,
            extension_asked,
            extension_reason,
            requested_expiry_day,
            reject_purpose,
            non_expirable,
            dataset_uri,
            dataset_label,
            confidentiality,
            expiry_setting,
            expiry_min,
            expiry_max,
            producers,
            stewards,
            environment_uri,
            environment_label,
            environment_admins,
            items,
        } = share;
        Share {
            uri: names.uri("share", uri),
            status: status.clone(),
            since: *since,
            owner: names.person(owner),
            group: names.team(group),
            principal: names.word("principal", principal),
            principal_type: principal_type.clone(),
            purpose: names.text("Purpose", purpose),
            expiry_day: *expiry_day,
            expires: *expires,
            extension_asked: *extension_asked,
            extension_reason: names.text("Extension reason", extension_reason),
            requested_expiry_day: *requested_expiry_day,
            reject_purpose: names.text("Reject reason", reject_purpose),
            non_expirable: *non_expirable,
            dataset_uri: names.uri("dataset", dataset_uri),
            dataset_label: names.text("Dataset", dataset_label),
            confidentiality: confidentiality.clone(),
            expiry_setting: expiry_setting.clone(),
            expiry_min: *expiry_min,
            expiry_max: *expiry_max,
            producers: producers.as_deref().map(|team| names.team(team)),
            stewards: stewards.as_deref().map(|team| names.team(team)),
            environment_uri: names.uri("environment", environment_uri),
            environment_label: names.text("Environment", environment_label),
            environment_admins: environment_admins.as_deref().map(|team| names.team(team)),
            items: items.iter().map(|item| share_item(names, item)).collect(),
        }
    }

    fn stack(&mut self, stack: &Stack) -> Stack {
        let names = &mut self.names;
        let Stack {
            uri,
            kind,
            status,
            target_uri,
            target_label,
            account,
            region,
            error: _,
            producers,
            stewards,
            environment_label,
            environment_admins,
        } = stack;
        let (of_target, label) = match kind.as_str() {
            "dataset" => ("dataset", "Dataset"),
            "environment" => ("environment", "Environment"),
            _ => ("target", "Target"),
        };
        Stack {
            uri: names.uri("stack", uri),
            kind: kind.clone(),
            status: status.clone(),
            target_uri: names.uri(of_target, target_uri),
            target_label: names.text(label, target_label),
            account: names.account(account),
            region: region.clone(),
            error: String::new(),
            producers: producers.as_deref().map(|team| names.team(team)),
            stewards: stewards.as_deref().map(|team| names.team(team)),
            environment_label: names.text("Environment", environment_label),
            environment_admins: environment_admins.as_deref().map(|team| names.team(team)),
        }
    }

    fn record(&mut self, record: &Record, columns: &Columns) -> Record {
        let Record { source, id, columns: values, zone, roles: _, link: _ } = record;
        let id = self.names.record(id);
        let value = |(column, value): &(String, String)| {
            let value = match () {
                () if self.keep.contains(column) => value.clone(),
                () if self.id.as_ref() == Some(column) => id.clone(),
                () if columns.tells(record, column, value) => value.clone(),
                () if is_of_birth(column) && is_time(record, column, value) => self.names.birth(value),
                () => self.names.value(value),
            };
            (column.clone(), value)
        };
        let columns = values.iter().map(value).collect();
        Record { source: source.clone(), id: id.clone(), columns, zone: *zone, roles: Vec::new(), link: None }
    }
}

fn share_item(names: &mut Names, item: &ShareItem) -> ShareItem {
    let ShareItem { uri, name, kind, status, health, health_message: _, touched, verified } = item;
    ShareItem {
        uri: names.uri("item", uri),
        name: names.word("item-name", name),
        kind: kind.clone(),
        status: status.clone(),
        health: health.clone(),
        health_message: String::new(),
        touched: *touched,
        verified: *verified,
    }
}

#[cfg(test)]
mod tests;

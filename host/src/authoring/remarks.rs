//! What is odd about a component and refuses nothing. Pure.

use serde_json::Value;

use crate::{
    config::suggest::did_you_mean,
    model::{Budget, Kind, Manifest, Reads},
    plugin::Examination,
};

/// Bytes of a component that are more than usual, whatever it is written in: half of what a daemon takes.
const LARGE: usize = 32 << 20;

/// What findings can propose.
const PROPOSALS: [&str; 1] = ["revoke"];

/// The extras of an item that a strategy can have loaded.
const FIELDS: [&str; 1] = ["items"];

/// What is odd, each with what would be better. `cases` is how many it carries, if it could.
pub(super) fn remarks(seen: &Examination, cases: Option<usize>, could_carry: bool) -> Vec<String> {
    let mut odd = Vec::new();
    if seen.bytes > LARGE {
        let mebibytes = seen.bytes >> 20;
        odd.push(format!(
            "the component has {mebibytes} MiB, which is large: strip it, and leave out what is not used"
        ));
    }
    let Some(manifest) = &seen.manifest else { return odd };
    odd.extend(seen.unknown.iter().map(|key| {
        let meant = match key.strip_prefix("budget.") {
            Some(key) => did_you_mean(key, &Budget::KEYS),
            None => did_you_mean(key, &Manifest::KEYS),
        };
        format!("the manifest's key {key:?} means nothing: {meant}")
    }));
    odd.extend(seen.passed_over.iter().map(|key| {
        let form = if key == "budget" { "an object such as {\"item-micros\": 20}" } else { "a number" };
        format!("the manifest's {key} is passed over: write {form}")
    }));
    if manifest.licence.is_none() {
        odd.push("the manifest names no licence: add an SPDX expression such as \"Apache-2.0\"".to_owned());
    }
    if could_carry && cases.unwrap_or_default() == 0 {
        odd.push("it carries no cases: with some, no daemon lets a version serve that fails them".to_owned());
    }
    odd.extend(of_schema(&manifest.parameters));
    odd.extend(of_kind(manifest));
    odd.extend(of_budget(manifest));
    odd
}

fn of_schema(schema: &Value) -> Vec<String> {
    let Some(properties) = schema["properties"].as_object().filter(|properties| !properties.is_empty()) else {
        return Vec::new();
    };
    let mut odd = Vec::new();
    let bare: Vec<_> = properties.iter().filter(|(_, one)| !one["description"].is_string()).collect();
    if !bare.is_empty() {
        let names = bare.into_iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
        odd.push(format!("the schema does not describe these parameters: {names}: add a \"description\" to each"));
    }
    if schema.get("additionalProperties") != Some(&Value::Bool(false)) {
        odd.push(
            "the schema lets any other parameter in, also one that is misspelled: add \"additionalProperties\": false"
                .to_owned(),
        );
    }
    odd
}

fn of_kind(manifest: &Manifest) -> Vec<String> {
    let Manifest { kind, reads, proposes, asks, hosts, secrets, .. } = manifest;
    let mut odd = Vec::new();
    let mut vain = |is_said: bool, key: &str, whose: &str| {
        if is_said {
            odd.push(format!("the manifest's {key} means nothing: only {whose}; leave it out"));
        }
    };
    if *kind == Kind::Channel {
        vain(*reads != Reads::default(), "reads", "a strategy reads items");
        vain(!proposes.is_empty(), "proposes", "a strategy's findings propose anything");
        let asks_http = manifest.asks_for("http");
        vain(!hosts.is_empty() && !asks_http, "hosts", "a channel that asks for http has any");
        vain(!secrets.is_empty() && !asks_http, "secrets", "a channel that asks for http has any");
        return odd;
    }
    vain(!asks.is_empty(), "asks", "a channel has interfaces to ask for");
    vain(!hosts.is_empty(), "hosts", "a channel sends requests");
    vain(!secrets.is_empty(), "secrets", "a channel has any");
    vain(*kind == Kind::RecordStrategy && *reads != Reads::default(), "reads", "what data.all has can be narrowed");
    if *kind != Kind::RecordStrategy && !narrows(reads) {
        let name = if *kind == Kind::ShareStrategy { "statuses or expires-within-days" } else { "statuses or kinds" };
        odd.push(format!(
            "it reads every item there is: name {name} under reads, so that the database can leave out the others"
        ));
    }
    let unknown = |word: &&String, known: &[&str]| !known.contains(&word.as_str());
    odd.extend(
        proposes
            .iter()
            .filter(|word| unknown(word, &PROPOSALS))
            .map(|word| format!("it proposes {word:?}, which no daemon does: {}", did_you_mean(word, &PROPOSALS))),
    );
    odd.extend(
        reads
            .fields
            .iter()
            .filter(|word| unknown(word, &FIELDS))
            .map(|word| format!("it reads the field {word:?}, which there is not: {}", did_you_mean(word, &FIELDS))),
    );
    odd
}

fn narrows(reads: &Reads) -> bool {
    let Reads { statuses, kinds, expires_within_days, extension_asked, item_statuses, item_health, fields: _ } = reads;
    let lists = [statuses, kinds, item_statuses, item_health];
    expires_within_days.is_some() || *extension_asked || lists.into_iter().any(|list| !list.is_empty())
}

fn of_budget(manifest: &Manifest) -> Vec<String> {
    let Some(budget) = &manifest.budget else { return Vec::new() };
    if *budget == Budget::default() {
        return vec!["the budget is empty: name item-micros, item-bytes or first-call-millis".to_owned()];
    }
    let figures = [
        ("item-micros", budget.item_micros),
        ("item-bytes", budget.item_bytes),
        ("first-call-millis", budget.first_call_millis),
    ];
    let none = figures.into_iter().filter(|(_, figure)| figure.is_some_and(|figure| figure <= 0.0));
    let mut odd: Vec<_> =
        none.map(|(key, _)| format!("the budget's {key} is not above 0: nothing can keep to it")).collect();
    if manifest.kind == Kind::Channel && budget.item_bytes.is_some() {
        odd.push("the budget's item-bytes means nothing: a channel has one notification in a call".to_owned());
    }
    odd
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn odd(manifest: Value) -> Vec<String> {
        let manifest = serde_json::from_value(manifest).expect("a manifest");
        let mut seen = Examination::default();
        seen.manifest = Some(manifest);
        remarks(&seen, Some(1), true)
    }

    #[test]
    fn cases_are_missed_only_where_there_could_be_some() {
        let manifest = json!({ "name": "x", "version": "1", "kind": "channel", "licence": "MIT" });
        let mut seen = Examination::default();
        seen.manifest = Some(serde_json::from_value(manifest).expect("a manifest"));
        let missed = |cases, could_carry| {
            let odd = remarks(&seen, cases, could_carry);
            odd.iter().any(|text| text.starts_with("it carries no cases"))
        };
        assert!(missed(None, true) && missed(Some(0), true));
        assert!(!missed(None, false) && !missed(Some(1), true));
    }

    #[test]
    fn a_manifest_that_says_all_there_is_to_say_is_not_odd() {
        let manifest = json!({
            "name": "x", "version": "1", "kind": "share-strategy", "licence": "MIT", "reads": { "statuses": ["Submitted"] },
            "proposes": ["revoke"], "budget": { "item-micros": 20 },
            "parameters": { "properties": { "days": { "description": "How many." } }, "additionalProperties": false },
        });
        assert_eq!(odd(manifest), [""; 0]);
    }

    #[test]
    fn what_a_strategy_says_in_vain_is_told() {
        let manifest = json!({
            "name": "x", "version": "1", "kind": "stack-strategy", "licence": "MIT", "asks": ["mail"], "hosts": ["a.test"],
            "reads": { "fields": ["itms"] }, "proposes": ["revok"], "budget": {},
            "parameters": { "properties": { "days": {} } },
        });
        let starts = [
            "the schema does not describe these parameters: days",
            "the schema lets any other",
            "the manifest's asks",
            "the manifest's hosts",
            "it reads every item",
            "it proposes \"revok\"",
            "it reads the field \"itms\"",
            "the budget is empty",
        ];
        let odd = odd(manifest);
        assert_eq!(odd.len(), starts.len(), "{odd:#?}");
        for (text, start) in odd.iter().zip(starts) {
            assert!(text.starts_with(start), "{text:?} is not {start:?}");
        }
    }

    #[test]
    fn what_a_channel_says_in_vain_is_told() {
        let manifest = json!({
            "name": "x", "version": "1", "kind": "channel", "licence": "MIT", "hosts": ["a.test"], "proposes": ["revoke"],
            "budget": { "item-bytes": 1, "item-micros": 0 },
        });
        let starts =
            ["the manifest's proposes", "the manifest's hosts", "the budget's item-micros", "the budget's item-bytes"];
        let odd = odd(manifest);
        assert_eq!(odd.len(), starts.len(), "{odd:#?}");
        assert!(odd.iter().zip(starts).all(|(text, start)| text.starts_with(start)), "{odd:#?}");
    }

    #[test]
    fn what_is_passed_over_is_told() {
        let mut seen = Examination::default();
        let manifest = json!({ "name": "x", "version": "1", "kind": "channel", "licence": "MIT" });
        seen.manifest = Some(serde_json::from_value(manifest).expect("a manifest"));
        seen.unknown = vec!["budget.item-micro".to_owned(), "ask".to_owned()];
        seen.passed_over = vec!["budget.item-bytes".to_owned(), "budget".to_owned()];
        let expected = [
            "the manifest's key \"budget.item-micro\" means nothing: did you mean `item-micros`?",
            "the manifest's key \"ask\" means nothing: did you mean `asks`?",
            "the manifest's budget.item-bytes is passed over: write a number",
            "the manifest's budget is passed over: write an object such as {\"item-micros\": 20}",
        ];
        assert_eq!(remarks(&seen, Some(1), true)[..4], expected);
    }

    #[test]
    fn the_keys_are_a_manifests() {
        let manifest: Manifest =
            serde_json::from_value(json!({ "name": "x", "version": "1", "kind": "channel" })).expect("one");
        let keys = serde_json::to_value(manifest).expect("JSON");
        let mut keys: Vec<_> = keys.as_object().expect("an object").keys().map(String::as_str).collect();
        let mut known = Manifest::KEYS;
        keys.sort_unstable();
        known.sort_unstable();
        assert_eq!(keys, known);
    }
}

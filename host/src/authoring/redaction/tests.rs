//! Nothing that people wrote is left, and what belonged together still does.

use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::json;

use super::*;
use crate::{model::Instant, plugin::cases::write_item};

/// What people may write; no placeholder has such a text in it.
fn written() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => "q[a-zäß]{3,8}z",
        2 => "q[a-z.]{3,8}z@[a-z]{3,8}q\\.test",
        1 => "q[a-z]{3,8}z q[A-Z]{2,5}z\n“q[a-z]{4}z”",
        1 => "https://q[a-z]{3,8}z\\.test/q[a-z]{3}z",
        1 => "\\{\"who\": \"q[a-z]{3,8}z\"\\}",
        1 => "q[a-z]{3,6}z@x\\.test, q[a-z]{3,6}z@y\\.test",
        1 => "[1-9][0-9]{11,14}",
        1 => "0[1-9][0-9]{8,12}",
        1 => Just(String::new()),
    ]
}

/// Texts that stand at several places, so that there are relations to keep.
fn pool() -> impl Strategy<Value = Vec<String>> {
    vec(written(), 1..8)
}

fn share(texts: &[String]) -> Share {
    let mut next = texts.iter().cycle().cloned();
    let mut text = || next.next().unwrap_or_default();
    Share {
        uri: text(),
        status: "Processed".to_owned(),
        since: Instant::UNIX_EPOCH,
        owner: text(),
        group: text(),
        principal: text(),
        principal_type: "Group".to_owned(),
        purpose: text(),
        expiry_day: None,
        expires: None,
        extension_asked: true,
        extension_reason: text(),
        requested_expiry_day: None,
        reject_purpose: text(),
        non_expirable: false,
        dataset_uri: text(),
        dataset_label: text(),
        confidentiality: "Official".to_owned(),
        expiry_setting: "Monthly".to_owned(),
        expiry_min: Some(1),
        expiry_max: None,
        producers: Some(text()),
        stewards: Some(text()),
        environment_uri: text(),
        environment_label: text(),
        environment_admins: Some(text()),
        items: vec![ShareItem { uri: text(), name: text(), health_message: text(), ..ShareItem::default() }],
    }
}

fn stack(texts: &[String], kind: &str) -> Stack {
    let mut next = texts.iter().rev().cycle().cloned();
    let mut text = || next.next().unwrap_or_default();
    Stack {
        uri: text(),
        kind: kind.to_owned(),
        status: "CREATE_FAILED".to_owned(),
        target_uri: text(),
        target_label: text(),
        account: text(),
        region: "eu-west-1".to_owned(),
        error: text(),
        producers: Some(text()),
        stewards: None,
        environment_label: text(),
        environment_admins: Some(text()),
    }
}

fn record(columns: Vec<(String, String)>) -> Record {
    let id = columns.first().map(|(_, value)| value.clone()).unwrap_or_default();
    Record { source: "query".to_owned(), id, columns, zone: chrono_tz::UTC, roles: vec![], link: None }
}

fn redact(items: &[Item]) -> (Redactor, Vec<Item>) {
    let mut redactor = Redactor::new([], Some("id".to_owned()));
    let redacted = redactor.items(items);
    (redactor, redacted)
}

/// The parts of what people wrote that would give them away.
fn telling(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|part| part.len() > 3);
    parts.filter(|part| !["https", "test", "who"].contains(part))
}

fn leaks(texts: &[String], redacted: &[Item]) -> Result<(), TestCaseError> {
    let shown: String = redacted.iter().map(|item| format!("{} {item:?}", write_item(item))).collect();
    for part in texts.iter().flat_map(|text| telling(text)) {
        prop_assert!(!shown.contains(part), "{part:?} is in {shown}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn nothing_that_people_wrote_is_left_of_shares_and_stacks(
        texts in pool(), kind in select(vec!["dataset", "environment", "notebook"]),
    ) {
        let items = [Item::Share(Arc::new(share(&texts))), Item::Stack(Arc::new(stack(&texts, kind)))];
        leaks(&texts, &redact(&items).1)?;
    }

    #[test]
    fn nothing_that_people_wrote_is_left_of_records(
        rows in vec(pool(), 1..12), columns in vec(select(vec!["id", "owner", "Team", "state", "type", "note"]), 8),
    ) {
        let row = |texts: &Vec<String>| {
            let named = columns.iter().zip(texts).map(|(name, text)| ((*name).to_owned(), text.clone()));
            Item::Record(Arc::new(record(named.collect())))
        };
        let items: Vec<_> = rows.iter().map(row).collect();
        // What occurs often in a column of codes and looks like one is taken for a code: here it never does.
        let texts: Vec<_> = rows.concat();
        leaks(&texts, &redact(&items).1)?;
    }

    #[test]
    fn equal_texts_stay_equal_and_others_different(one in pool(), other in pool()) {
        let items = [share(&one), share(&other)].map(|share| Item::Share(Arc::new(share)));
        let (_, redacted) = redact(&items);
        let owned = |items: &[Item]| -> Vec<String> {
            let shares = items.iter().filter_map(Item::share);
            let texts = shares.flat_map(|share| [
                share.uri.clone(), share.owner.clone(), share.group.clone(), share.principal.clone(),
                share.dataset_uri.clone(), share.dataset_label.clone(), share.producers.clone().unwrap_or_default(),
            ]);
            texts.collect()
        };
        let (before, after) = (owned(&items), owned(&redacted));
        for (a, b) in (0..before.len()).flat_map(|a| (0..a).map(move |b| (a, b))) {
            prop_assert_eq!(before[a] == before[b], after[a] == after[b], "{:?} became {:?}", &before, &after);
        }
    }
}

#[test]
fn what_is_not_of_people_is_kept() {
    let texts = ["s1", "rita@x.test", "analysts"].map(str::to_owned);
    let (_, redacted) =
        redact(&[Item::Share(Arc::new(share(&texts))), Item::Stack(Arc::new(stack(&texts, "dataset")))]);
    let share = write_item(&redacted[0]);
    for (key, expected) in [
        ("status", json!("Processed")),
        ("since", json!("1970-01-01T00:00:00Z")),
        ("principal-type", json!("Group")),
        ("extension-asked", json!(true)),
        ("confidentiality", json!("Official")),
        ("expiry-min-duration", json!(1)),
        ("uri", json!("share-1")),
        ("owner", json!("person-1@example.com")),
        ("requesters", json!("team-1")),
    ] {
        assert_eq!(share[key], expected, "{key} of {share}");
    }
    let stack = write_item(&redacted[1]);
    assert_eq!((&stack["kind"], &stack["region"]), (&json!("dataset"), &json!("eu-west-1")));
    assert_eq!(stack.get("error"), None, "texts of errors are dropped");
}

#[test]
fn values_of_records_become_placeholders_of_their_kind() {
    let row = |values: [&str; 7]| {
        let names = ["id", "owner", "copy", "note", "due", "state", "phone"];
        let columns = names.iter().zip(values).map(|(name, value)| ((*name).to_owned(), value.to_owned()));
        Item::Record(Arc::new(record(columns.collect())))
    };
    let items = [
        row(["17", "rita@x.test", "pam@x.test; rita@x.test", "call her", "2026-05-01", "open", "015112345678"]),
        row(["18", "Rita", "rita@x.test", "call her", "2026-05-02", "open", "015112345678"]),
        row(["19", "", "x", "[1]", "2026-05-03 10:00:00", "open", "17"]),
    ];
    let (mut redactor, redacted) = redact(&items);
    let columns: Vec<_> = redacted.iter().map(|item| write_item(item)["columns"].clone()).collect();
    let (rita, pam) = ("person-1@example.com", "person-2@example.com");
    let phone = "100000000001";
    assert_eq!(
        columns,
        [
            json!({ "id": "1", "owner": rita, "copy": format!("{pam}, {rita}"), "note": "Text 1", "due": "2026-05-01",
                "state": "open", "phone": phone }),
            json!({ "id": "2", "owner": "value-1", "copy": rita, "note": "Text 1", "due": "2026-05-02",
                "state": "open", "phone": phone }),
            json!({ "id": "3", "owner": "", "copy": "value-2", "note": "[]", "due": "2026-05-03 10:00:00",
                "state": "open", "phone": "12" }),
        ]
    );
    let parameters = redactor.parameters(&json!({ "owners": ["rita@x.test", "unknown"], "days": 3 }), &json!({}));
    assert_eq!(parameters, json!({ "owners": [rita, "value-3"], "days": 3 }));
}

#[test]
fn of_parameters_only_what_the_schema_names_is_kept() {
    let schema = json!({ "properties": {
        "how": { "enum": ["loud", "low"] }, "due": { "format": "column" }, "from": { "format": "date" },
        "teams": { "items": { "enum": ["all"] } }, "rule": { "properties": { "kind": { "const": "x" } } },
        "lead": {}, "people": { "type": "object" }, "title": {},
    } });
    let given = json!({
        "how": "loud", "due": "due", "from": "2026-05-04", "teams": ["all", "Sales"], "rule": { "kind": "x", "of": "x" },
        "lead": "Rita", "people": { "rita@x.test": 3 }, "title": "Ask Rita", "pam@x.test": true, "extra": "Pam",
    });
    let mut redactor = Redactor::new(["title".to_owned()], None);
    assert_eq!(
        redactor.parameters(&given, &schema),
        json!({
            "how": "loud", "due": "due", "from": "2026-05-04", "teams": ["all", "value-1"],
            "rule": { "kind": "x", "value-2": "value-3" }, "lead": "value-4", "people": { "person-1@example.com": 3 },
            "title": "Ask Rita", "person-2@example.com": true, "extra": "value-5",
        })
    );
}

#[test]
fn a_birthday_becomes_another_day_and_the_same_one_the_same() {
    let row = |born: &str| {
        let columns = [("id", "c1"), ("dob", born)].map(|(name, value)| (name.to_owned(), value.to_owned()));
        Item::Record(Arc::new(record(columns.to_vec())))
    };
    let (_, redacted) = redact(&[row("1980-05-04"), row("1981-01-01"), row("1980-05-04")]);
    let born: Vec<_> = redacted.iter().map(|item| write_item(item)["columns"]["dob"].clone()).collect();
    assert_eq!(born, ["1970-01-02", "1970-01-03", "1970-01-02"]);
}

#[test]
fn a_column_that_is_kept_is_left_as_it_is() {
    let columns = [("id", "c1"), ("region", "Bavaria"), ("owner", "Rita")];
    let columns = columns.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let items = [Item::Record(Arc::new(record(columns.to_vec())))];
    let mut redactor = Redactor::new(["region".to_owned()], Some("id".to_owned()));
    let written = write_item(&redactor.items(&items)[0]);
    assert_eq!(written["columns"], json!({ "id": "record-1", "region": "Bavaria", "owner": "value-1" }));
}

//! Groups as JSON: `{ "sales-admins": { "email": ["pam@example.com"], "slack": "#sales" } }`, one address or many.

use std::collections::BTreeSet;

use jsonc_parser::{
    CollectOptions,
    ast::{Object, ObjectProp, Value},
    common::Ranged,
    parse_to_ast,
};

use super::{Flaw, Groups};
use crate::{
    config::document::JSON_WITH_COMMENTS,
    directory::{Addresses, roll::Roll},
};

const GROUPS: &str = "write an object of groups, such as { \"sales-admins\": { \"email\": [\"pam@example.com\"] } }";

/// Reads all groups.
///
/// # Errors
/// The first thing that is wrong.
pub(super) fn read(text: &str, mail: &BTreeSet<String>) -> Result<Groups, Flaw> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &JSON_WITH_COMMENTS).map_err(|error| {
        let column = format!("column {}", error.column_display());
        let what = format!("is not JSON: {}: mend the syntax, or wait until the file is whole", error.kind());
        Flaw::new(error.line_display() as u64, column, what)
    })?;
    let root = parsed.value.ok_or_else(|| Flaw::new(None, "", format!("is empty: {GROUPS}")))?;
    let reader = Reader { line_ends: text.match_indices('\n').map(|(at, _)| at).collect(), mail };
    let mut groups = Groups::new();
    for group in reader.properties(&root, "", GROUPS)? {
        let name = group.name.as_str();
        groups.insert(name.to_owned(), reader.group(name, &group.value)?);
    }
    Ok(groups)
}

struct Reader<'a> {
    line_ends: Vec<usize>,
    mail: &'a BTreeSet<String>,
}

impl Reader<'_> {
    fn flaw(&self, node: &impl Ranged, field: &str, what: impl Into<String>) -> Flaw {
        let line = self.line_ends.partition_point(|end| *end < node.start()) as u64 + 1;
        Flaw::new(line, field, what)
    }

    fn group(&self, name: &str, value: &Value<'_>) -> Result<Addresses, Flaw> {
        let fix = "write an object of channels, such as { \"email\": \"pam@example.com\" }";
        let mut roll = Roll::new(self.mail);
        for channel in self.properties(value, name, fix)? {
            let field = format!("{name}.{}", channel.name.as_str());
            self.addresses(&mut roll, channel, &field)?;
        }
        Ok(roll.into_addresses())
    }

    fn addresses(&self, roll: &mut Roll<'_>, channel: &ObjectProp<'_>, field: &str) -> Result<(), Flaw> {
        let name = channel.name.as_str();
        let Value::Array(array) = &channel.value else {
            return self.address(roll, name, &channel.value, field);
        };
        for (index, element) in array.elements.iter().enumerate() {
            self.address(roll, name, element, &format!("{field}[{index}]"))?;
        }
        Ok(())
    }

    fn address(&self, roll: &mut Roll<'_>, channel: &str, node: &Value<'_>, field: &str) -> Result<(), Flaw> {
        let text = node.as_string_lit().ok_or_else(|| {
            self.flaw(node, field, "is not an address: write a text, or a list of texts for several addresses")
        })?;
        roll.add(channel, &text.value).map_err(|what| self.flaw(node, field, what))
    }

    /// An object's properties, none of them nameless, none there twice.
    fn properties<'v>(&self, value: &'v Value<'v>, field: &str, fix: &str) -> Result<&'v [ObjectProp<'v>], Flaw> {
        let Value::Object(Object { properties, .. }) = value else {
            return Err(self.flaw(value, field, format!("is not an object: {fix}")));
        };
        let mut seen = BTreeSet::new();
        for property in properties {
            let name = property.name.as_str();
            if name.trim().is_empty() {
                return Err(self.flaw(property, field, format!("holds an empty name: {fix}")));
            }
            if !seen.insert(name) {
                return Err(self.flaw(property, field, format!("holds {name:?} twice: write all of it in one place")));
            }
        }
        Ok(properties)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Groups, String> {
        super::read(text, &BTreeSet::from(["email".to_owned()])).map_err(|flaw| flaw.to_string())
    }

    #[test]
    fn one_address_or_many() {
        let text = r##"{ // who does what
            "sales": { "email": ["pam@x.test", "al@x.test"], "slack": "#sales" }, "nobody": {},
        }"##;
        let groups = read(text).expect("groups");
        assert_eq!(groups["sales"]["email"], ["pam@x.test", "al@x.test"]);
        assert_eq!(groups["sales"]["slack"], ["#sales"]);
        assert!(groups["nobody"].is_empty());
    }

    #[test]
    fn every_flaw_says_where_and_what_to_write() {
        let cases = [
            (
                "{\n \"a\": {\n  \"email\": [\"x@x.test\", \"pam\"] } }",
                ":3: a.email[1]: \"pam\" is not an e-mail address",
            ),
            ("{\n \"a\": { \"email\": 5 } }", ":2: a.email: is not an address: write a text"),
            ("{ \"a\": { \"slack\": \" \" } }", ":1: a.slack: is empty: write the address"),
            ("{ \"a\": [] }", ":1: a: is not an object: write an object of channels"),
            ("[]", ":1: is not an object: write an object of groups"),
            ("{ \"a\": {},\n \"a\": {} }", ":2: holds \"a\" twice"),
            ("{ \"\": {} }", ":1: holds an empty name"),
            ("{ \"a\": {},\n \"b\": {", ":2: column 7: is not JSON"),
            ("", ": is empty"),
        ];
        for (text, expected) in cases {
            let flaw = read(text).expect_err(text);
            assert!(flaw.starts_with(expected), "{text} -> {flaw}");
        }
    }
}

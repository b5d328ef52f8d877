//! The section `directory`.

use std::{borrow::Cow, collections::BTreeMap};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use super::{List, values};
use crate::{
    config::{problem::Complaint, report::Place},
    directory::Addresses,
};

/// Who is in which group, and how to reach them.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Directory {
    /// For each group, its addresses on each channel.
    groups: BTreeMap<String, Reach>,
    /// Who is told when nobody else can be: addresses on each channel.
    fallback: Reach,
}

/// What a directory means.
pub(super) struct Meaning {
    pub(super) groups: BTreeMap<String, Addresses>,
    pub(super) fallback: Addresses,
}

/// Addresses by channel.
type Reach = BTreeMap<String, OneOrMany>;

/// One address or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(List),
}

impl JsonSchema for OneOrMany {
    fn schema_name() -> Cow<'static, str> {
        "Addresses".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "array"],
            "items": { "type": "string", "examples": ["pam@example.com"] },
            "minItems": 1,
            "examples": ["pam@example.com"],
        })
    }
}

impl Directory {
    /// `channels` are all that the file names; addresses on those in `mail` must be e-mail addresses.
    pub(super) fn meaning(self, channels: &[&str], mail: &[&str], at: &Place<'_>) -> Meaning {
        let read = |written, at: &Place<'_>| addresses(written, channels, mail, at);
        let groups_at = at.key("groups");
        let group = |(name, written): (String, Reach)| {
            let addresses = read(written, &groups_at.key(&name));
            (name, addresses)
        };
        let groups = self.groups.into_iter().map(group).collect();
        Meaning { groups, fallback: read(self.fallback, &at.key("fallback")) }
    }
}

fn addresses(written: Reach, channels: &[&str], mail: &[&str], at: &Place<'_>) -> Addresses {
    let one = |(channel, written): (String, OneOrMany)| {
        let at = at.key(&channel);
        if let Err(Complaint { message, fix }) = values::channel(&channel, channels) {
            at.warning(Complaint::new(format!("{message}, so that these addresses are never used"), fix));
        }
        let read = if mail.contains(&channel.as_str()) { values::mail_address } else { values::address };
        let addresses = match written {
            OneOrMany::One(address) => at.check(read(&address)).into_iter().collect(),
            OneOrMany::Many(list) => elements(list, &at, read),
        };
        (channel, addresses)
    };
    written.into_iter().map(one).collect()
}

/// The meanings of a list's elements; each is complained about where it stands.
pub(super) fn elements<T>(list: List, at: &Place<'_>, read: impl Fn(&str) -> Result<T, Complaint>) -> Vec<T> {
    let one = |(index, element): (usize, Option<String>)| at.index(index).check(read(&element?));
    list.into_iter().enumerate().filter_map(one).collect()
}

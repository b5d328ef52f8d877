//! The section `directory`.

use std::{borrow::Cow, collections::BTreeMap, path::Path};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use super::{List, Surroundings, elements, known::Known, members::Members};
use crate::{
    config::{meaning::DirectoryConfig, problem::Complaint, report::Place},
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
    /// A file with more groups, relative to this one; it is read again when it changes.
    #[schemars(example = &"people.csv")]
    file: Option<String>,
    /// A query that knows more members of groups.
    sql: Option<Members>,
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
    pub(super) fn meaning(self, known: &Known<'_>, around: Surroundings<'_>, at: &Place<'_>) -> DirectoryConfig {
        let groups_at = at.key("groups");
        let group = |(name, written): (String, Reach)| {
            let addresses = addresses(written, known, &groups_at.key(&name));
            (name, addresses)
        };
        let file = |name: String| at.key("file").check(people_file(&name)).map(|()| around.base.join(name));
        DirectoryConfig {
            groups: self.groups.into_iter().map(group).collect(),
            fallback: addresses(self.fallback, known, &at.key("fallback")),
            file: self.file.and_then(file),
            sql: self.sql.and_then(|members| members.meaning(known, around, &at.key("sql"))),
        }
    }
}

fn addresses(written: Reach, known: &Known<'_>, at: &Place<'_>) -> Addresses {
    let one = |(channel, written): (String, OneOrMany)| {
        let at = at.key(&channel);
        if let Err(Complaint { message, fix }) = known.channel(&channel) {
            at.warning(Complaint::new(format!("{message}, so that these addresses are never used"), fix));
        }
        let read = |address: &str| known.address(&channel, address);
        let addresses = match written {
            OneOrMany::One(address) => at.check(read(&address)).into_iter().collect(),
            OneOrMany::Many(list) => elements(list, &at, read),
        };
        (channel, addresses)
    };
    written.into_iter().map(one).collect()
}

fn people_file(name: &str) -> Result<(), Complaint> {
    let extension = Path::new(name).extension().unwrap_or_default();
    let known = ["json", "csv"].iter().any(|known| extension.eq_ignore_ascii_case(known));
    let fail = || Complaint::new(format!("{name:?} is neither a `.json` nor a `.csv` file"), "name one of those");
    known.then_some(()).ok_or_else(fail)
}

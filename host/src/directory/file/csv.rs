//! Groups as CSV: the header `group,channel,address`, in any order, then a line for each address. Other columns are for
//! whoever writes the file.

use std::collections::{BTreeMap, BTreeSet};

use csv::{ReaderBuilder, StringRecord, Trim};

use super::{Flaw, Groups};
use crate::directory::roll::Roll;

const COLUMNS: [&str; 3] = ["group", "channel", "address"];

/// Reads all groups.
///
/// # Errors
/// The first thing that is wrong.
pub(super) fn read(text: &str, mail: &BTreeSet<String>) -> Result<Groups, Flaw> {
    let mut reader = ReaderBuilder::new().trim(Trim::All).from_reader(text.as_bytes());
    let columns = columns(reader.headers().map_err(|error| unreadable(text, &error))?)?;
    let mut rolls = BTreeMap::new();
    for record in reader.records() {
        let record = record.map_err(|error| unreadable(text, &error))?;
        let line = || record.position().map(|position| line(text, position.byte()));
        let [group, channel, address] = columns.map(|at| record.get(at).unwrap_or_default());
        for (name, value) in [("group", group), ("channel", channel)] {
            if value.is_empty() {
                return Err(Flaw::new(line(), name, "is empty: fill it in, or remove the line"));
            }
        }
        let roll = rolls.entry(group.to_owned()).or_insert_with(|| Roll::new(mail));
        roll.add(channel, address).map_err(|what| Flaw::new(line(), "address", what))?;
    }
    Ok(rolls.into_iter().map(|(group, roll)| (group, roll.into_addresses())).collect())
}

/// Where the columns are.
fn columns(header: &StringRecord) -> Result<[usize; 3], Flaw> {
    let mut places = [0; 3];
    for (place, name) in places.iter_mut().zip(COLUMNS) {
        let mut found = header.iter().enumerate().filter(|(_, there)| there.eq_ignore_ascii_case(name));
        *place = match (found.next(), found.next()) {
            (Some((at, _)), None) => at,
            (None, _) => {
                return Err(Flaw::new(1, name, "is not in the header: let the first line be group,channel,address"));
            }
            (Some(_), Some(_)) => return Err(Flaw::new(1, name, "is twice in the header: keep one of them")),
        };
    }
    Ok(places)
}

/// The line of the record at this place, counted from 1. The reader's own count leaves out that a record's place is that
/// of the empty lines before it.
fn line(text: &str, byte: u64) -> u64 {
    let (before, rest) = text.split_at_checked(byte as usize).unwrap_or((text, ""));
    let empty = &rest[..rest.len() - rest.trim_start_matches(['\r', '\n']).len()];
    (before.matches('\n').count() + empty.matches('\n').count() + 1) as u64
}

fn unreadable(text: &str, error: &csv::Error) -> Flaw {
    let line = error.position().map(|position| line(text, position.byte()));
    let what = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!(
                "has {len} fields where the header has {expected_len}: write all, and \"\" around those with a comma"
            )
        }
        _ => format!("cannot be read: {error}"),
    };
    Flaw::new(line, "", what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Groups, String> {
        super::read(text, &BTreeSet::from(["email".to_owned()])).map_err(|flaw| flaw.to_string())
    }

    #[test]
    fn lines_of_a_group_need_not_stand_together() {
        let text = "address,member,Group, channel\n#s,,sales,slack\r\npam@x.test,Pam,\"ops, eu\",email\n\
                    al@x.test,Al,sales,email\n";
        let groups = read(text).expect("groups");
        assert_eq!(groups["sales"]["slack"], ["#s"]);
        assert_eq!(groups["sales"]["email"], ["al@x.test"]);
        assert_eq!(groups["ops, eu"]["email"], ["pam@x.test"]);
    }

    #[test]
    fn every_flaw_says_where_and_what_to_write() {
        let cases = [
            ("group,channel,address\na,email,x@x.test\na,email,pam\n", ":3: address: \"pam\" is not an e-mail address"),
            ("group,channel,address\n,email,x@x.test\n", ":2: group: is empty: fill it in"),
            ("group,channel,address\na, ,x@x.test\n", ":2: channel: is empty"),
            ("group,channel,address\n\n\na,slack,\n", ":4: address: is empty: write"),
            ("group,channel,address\na,em", ":2: has 2 fields where the header has 3"),
            ("group,address\na,x@x.test\n", ":1: channel: is not in the header: let"),
            ("group,channel,group,address\n", ":1: group: is twice in the header"),
            ("", ":1: group: is not in the header"),
        ];
        for (text, expected) in cases {
            let flaw = read(text).expect_err(text);
            assert!(flaw.starts_with(expected), "{text} -> {flaw}");
        }
    }
}

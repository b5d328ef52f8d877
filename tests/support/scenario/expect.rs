//! What must come of a scenario.

use nudged::model::Instant;
use serde::Deserialize;
use serde_json::Value;

use super::TableRow;

/// What must come of a scenario.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// The shares that the source hands out when asked for all statuses, in its order, where that is checked.
    pub shares: Option<Vec<ShareRow>>,
    /// What is reported in every run.
    #[serde(default)]
    pub problems: Vec<Trouble>,
    /// The runs, in order; what is queued is delivered after each.
    pub runs: Vec<Run>,
}

/// A share as the source hands it out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the fields of `Share`
pub struct ShareRow {
    pub uri: String,
    pub status: String,
    pub since: Instant,
    pub dataset: String,
    pub producers: Option<String>,
    pub stewards: Option<String>,
}

/// A problem that must be reported.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trouble {
    /// The key of the item that it is noticed at.
    pub item: String,
    /// A word that its text must contain.
    pub names: String,
    /// Who notices: `source`, or `pipeline` (audience and directory).
    pub from: String,
}

/// One run of all reminders, with its delivery.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The clock.
    pub now: Instant,
    /// What data.all and people have done since the run before.
    #[serde(default)]
    pub meanwhile: Vec<Meanwhile>,
    /// The mails that the relay accepts, and no others.
    #[serde(default)]
    pub told: Vec<Told>,
    /// Verdicts by which something is not told, each once whatever the number of people.
    #[serde(default)]
    pub kept: Vec<Kept>,
    /// What is done to data.all, or is not.
    #[serde(default)]
    pub actions: Vec<ActionLine>,
    /// Everything that the run changes in data.all's rows.
    #[serde(default)]
    pub changed: Vec<StateLine>,
    /// Every row that the run adds to data.all's tables.
    #[serde(default)]
    pub added: Vec<AddedRow>,
}

/// A change that others make to one row.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meanwhile {
    /// The table.
    pub table: String,
    /// The value of its first key column.
    pub key: String,
    /// What is written into the row, or null: the row is gone.
    pub set: Option<TableRow>,
}

/// One mail to each of some people.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// The addresses.
    pub to: Vec<String>,
    /// What is in the mail, in any order.
    pub items: Vec<ItemTold>,
    /// Phrases that the mail's subject or text must contain.
    #[serde(default)]
    pub says: Vec<String>,
}

/// One item in a mail.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemTold {
    /// Its key.
    pub item: String,
    /// The finding's reason code; `done` in a notice of an action.
    pub reason: String,
    /// Which notice about it this is for this person.
    pub ordinal: u32,
}

/// Something that is not told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// The item's key.
    pub item: String,
    /// The finding's reason code.
    pub reason: String,
    /// `hold` or `drop`.
    pub verdict: String,
    /// The verdict's code.
    pub code: String,
}

/// What became of one action.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionLine {
    /// The item's key.
    pub item: String,
    /// `mark` or `revoke`.
    pub action: String,
    /// Why, or why not.
    pub code: String,
    /// Whether the run did it.
    pub applied: bool,
}

/// One value that changes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateLine {
    /// The table.
    pub table: String,
    /// The value of its first key column.
    pub key: String,
    /// The column.
    pub column: String,
    /// What it was.
    pub before: Value,
    /// What it is.
    pub after: Value,
}

/// One new row.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddedRow {
    /// The table.
    pub table: String,
    /// What some of its columns hold.
    pub row: TableRow,
}

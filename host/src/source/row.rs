//! Rows of the statements become items, or problems, or both.

mod share;
mod stack;

use chrono_tz::Tz;
use sqlx::{Row as _, postgres::PgRow, sqlite::SqliteRow};

use super::Row;
use crate::model::{Item, ItemKey, Problem, naive};

/// A database row whose columns are all texts.
pub(crate) trait Columns {
    /// The column's value; an error if it is not readable as a text.
    fn text(&self, column: &str) -> Result<Option<&str>, sqlx::Error>;

    /// The value of the column at this place.
    fn text_at(&self, place: usize) -> Result<Option<&str>, sqlx::Error>;
}

impl Columns for PgRow {
    fn text(&self, column: &str) -> Result<Option<&str>, sqlx::Error> {
        self.try_get(column)
    }

    fn text_at(&self, place: usize) -> Result<Option<&str>, sqlx::Error> {
        self.try_get(place)
    }
}

impl Columns for SqliteRow {
    fn text(&self, column: &str) -> Result<Option<&str>, sqlx::Error> {
        self.try_get(column)
    }

    fn text_at(&self, place: usize) -> Result<Option<&str>, sqlx::Error> {
        self.try_get(place)
    }
}

/// The kinds of items that data.all's tables hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Share,
    Stack,
}

impl Kind {
    /// What reading them is called.
    pub(super) fn plural(self) -> &'static str {
        match self {
            Self::Share => "shares",
            Self::Stack => "stacks",
        }
    }

    fn key(self, uri: &str) -> ItemKey {
        match self {
            Self::Share => ItemKey::share(uri),
            Self::Stack => ItemKey::stack(uri),
        }
    }
}

/// Reads one row: the item if it can be read, and what is wrong with it.
pub(super) fn read(kind: Kind, columns: &impl Columns, zone: Tz) -> Vec<Row> {
    let uri = match columns.text("uri") {
        Ok(uri) => uri.unwrap_or_default(),
        Err(error) => {
            let text = format!("a uri among the {} cannot be read: {error}", kind.plural());
            return vec![Row::Problem(Problem { item: None, text })];
        }
    };
    let reader = Reader { columns, zone };
    let item = match kind {
        Kind::Share => reader.share(uri),
        Kind::Stack => reader.stack(uri),
    };
    let problem = |text| Row::Problem(Problem { item: Some(kind.key(uri)), text });
    match item {
        Ok((item, flaws)) => flaws.into_iter().map(problem).chain([Row::Item(item)]).collect(),
        Err(text) => vec![problem(text)],
    }
}

/// An item and its flaws, or the flaw because of which it is left out.
type Read = Result<(Item, Vec<String>), String>;

struct Reader<'r, C> {
    columns: &'r C,
    zone: Tz,
}

impl<C: Columns> Reader<'_, C> {
    fn text(&self, column: &str) -> Result<Option<&str>, String> {
        self.columns.text(column).map_err(|error| format!("its {column} cannot be read: {error}"))
    }

    fn string(&self, column: &str) -> Result<String, String> {
        Ok(self.text(column)?.unwrap_or_default().to_owned())
    }

    /// A group's name; nobody is in a group without one.
    fn group(&self, column: &str) -> Result<Option<String>, String> {
        Ok(self.text(column)?.filter(|name| !name.trim().is_empty()).map(str::to_owned))
    }

    fn flag(&self, column: &str) -> Result<bool, String> {
        match self.text(column)? {
            None => Ok(false),
            Some(word) if ["0", "false", "f", ""].iter().any(|no| word.eq_ignore_ascii_case(no)) => Ok(false),
            Some(word) if ["1", "true", "t"].iter().any(|yes| word.eq_ignore_ascii_case(yes)) => Ok(true),
            Some(word) => Err(format!("its {column} is \"{word}\": write true or false")),
        }
    }

    fn number(&self, column: &str) -> Result<Option<u32>, String> {
        let Some(text) = self.text(column)? else { return Ok(None) };
        text.parse()
            .map(Some)
            .map_err(|_| format!("its {column} is \"{text}\": write a whole number that is not negative"))
    }

    fn timestamp(&self, column: &str) -> Result<Option<chrono::NaiveDateTime>, String> {
        let Some(text) = self.text(column)? else { return Ok(None) };
        let unreadable = || format!("its {column} is \"{text}\", which is no timestamp: write YYYY-MM-DD HH:MM:SS");
        naive::parse(text).map(Some).ok_or_else(unreadable)
    }
}

/// What is wrong with the people of a dataset.
fn ownerless(dataset: &str, producers: Option<&String>, stewards: Option<&String>) -> Vec<String> {
    let mut flaws = Vec::new();
    if producers.is_none() {
        flaws.push(format!("its dataset \"{dataset}\" has no owners: set dataset.\"SamlAdminGroupName\""));
    }
    if stewards.is_none() {
        flaws.push(format!("its dataset \"{dataset}\" has no stewards: set dataset.stewards"));
    }
    flaws
}

//! A row of the statement becomes a share, or a problem, or both.

use std::sync::Arc;

use chrono_tz::Tz;
use sqlx::{Row as _, postgres::PgRow, sqlite::SqliteRow};

use super::{Row, naive};
use crate::model::{Instant, Item, ItemKey, Problem, Share, ShareItem};

/// A database row whose columns are all texts.
pub(crate) trait Columns {
    /// The column's value; an error if it is not readable as a text.
    fn text(&self, column: &str) -> Result<Option<&str>, sqlx::Error>;
}

impl Columns for PgRow {
    fn text(&self, column: &str) -> Result<Option<&str>, sqlx::Error> {
        self.try_get(column)
    }
}

impl Columns for SqliteRow {
    fn text(&self, column: &str) -> Result<Option<&str>, sqlx::Error> {
        self.try_get(column)
    }
}

/// Reads one row: the share if it can be read, and what is wrong with it.
pub(super) fn read(columns: &impl Columns, zone: Tz) -> Vec<Row> {
    let uri = match columns.text("uri") {
        Ok(uri) => uri.unwrap_or_default(),
        Err(error) => return vec![problem(None, format!("a share's shareUri cannot be read: {error}"))],
    };
    let item = || Some(ItemKey::share(uri));
    match (Reader { columns, zone }).share(uri) {
        Ok((share, flaws)) => {
            let flaws = flaws.into_iter().map(|text| problem(item(), text));
            flaws.chain([Row::Item(Item::Share(Arc::new(share)))]).collect()
        }
        Err(text) => vec![problem(item(), text)],
    }
}

fn problem(item: Option<ItemKey>, text: String) -> Row {
    Row::Problem(Problem { item, text })
}

struct Reader<'r, C> {
    columns: &'r C,
    zone: Tz,
}

impl<C: Columns> Reader<'_, C> {
    /// The share and its flaws, or the flaw because of which it is left out.
    fn share(&self, uri: &str) -> Result<(Share, Vec<String>), String> {
        let dataset_uri = self.string("datasetUri")?;
        if self.text("dataset")?.is_none() {
            return Err(format!(
                "its dataset \"{dataset_uri}\" does not exist: delete the share or restore the dataset"
            ));
        }
        let status = self.string("status")?;
        let expiry_day = self.timestamp("expiryDate")?.map(|at| at.date());
        let share = Share {
            uri: uri.to_owned(),
            since: self.since(&status)?,
            status,
            owner: self.string("owner")?,
            group: self.string("group")?,
            principal: self.string("principal")?,
            principal_type: self.string("principalType")?,
            purpose: self.string("purpose")?,
            expiry_day,
            expires: expiry_day.map(|day| naive::end_of(day, self.zone)),
            extension_asked: self.flag("submittedForExtension")?,
            extension_reason: self.string("extensionReason")?,
            requested_expiry_day: self.timestamp("requestedExpiryDate")?.map(|at| at.date()),
            reject_purpose: self.string("rejectPurpose")?,
            non_expirable: self.flag("nonExpirable")?,
            dataset_uri,
            dataset_label: self.string("datasetLabel")?,
            confidentiality: self.string("confidentiality")?,
            expiry_setting: self.string("expirySetting")?,
            expiry_min: self.number("expiryMinDuration")?,
            expiry_max: self.number("expiryMaxDuration")?,
            producers: self.group("producers")?,
            stewards: self.group("stewards")?,
            environment_uri: self.string("environmentUri")?,
            environment_label: self.string("environmentLabel")?,
            environment_admins: self.group("environmentAdmins")?,
            items: self.items()?,
        };
        let flaws = self.flaws(&share)?;
        Ok((share, flaws))
    }

    fn flaws(&self, share: &Share) -> Result<Vec<String>, String> {
        let mut flaws = Vec::new();
        match self.text("environmentUri")? {
            None | Some("") => flaws.push("it names no environment: set share_object.\"environmentUri\"".to_owned()),
            Some(uri) if self.text("environment")?.is_none() => {
                flaws.push(format!(
                    "its environment \"{uri}\" does not exist: delete the share or restore the environment"
                ));
            }
            Some(_) => {}
        }
        let dataset = &share.dataset_uri;
        if share.producers.is_none() {
            flaws.push(format!("its dataset \"{dataset}\" has no owners: set dataset.\"SamlAdminGroupName\""));
        }
        if share.stewards.is_none() {
            flaws.push(format!("its dataset \"{dataset}\" has no stewards: set dataset.stewards"));
        }
        if share.group.is_empty() {
            flaws.push("it names no requesting team: set share_object.\"groupUri\"".to_owned());
        }
        Ok(flaws)
    }

    /// When the share entered its status: the best that the tables tell.
    fn since(&self, status: &str) -> Result<Instant, String> {
        let submitted = if status == "Submitted" { self.timestamp("submitted")? } else { None };
        let known = match submitted {
            Some(at) => Some(at),
            None => match self.timestamp("updated")? {
                Some(at) => Some(at),
                None => self.timestamp("created")?,
            },
        };
        let unknown = || "since when it has its status is unknown: set share_object.updated or created".to_owned();
        Ok(naive::instant(known.ok_or_else(unknown)?, self.zone))
    }

    fn items(&self) -> Result<Vec<ShareItem>, String> {
        let Some(list) = self.text("items")? else { return Ok(Vec::new()) };
        let read = serde_json::from_str::<Vec<[Option<String>; 9]>>(list);
        let mut items: Vec<_> = read
            .map_err(|error| format!("its items cannot be read: {error}"))?
            .into_iter()
            .map(|fields| {
                let [name, kind, status, health, health_message, uri, created, updated, verified] =
                    fields.map(Option::unwrap_or_default);
                let at = |text: &str| naive::parse(text).map(|at| naive::instant(at, self.zone));
                let (touched, verified) = (at(&updated).or_else(|| at(&created)), at(&verified));
                ShareItem { uri, name, kind, status, health, health_message, touched, verified }
            })
            .collect();
        // The database's order is that of its hash table.
        items.sort_by(|a, b| (&a.name, &a.kind, &a.status).cmp(&(&b.name, &b.kind, &b.status)));
        Ok(items)
    }

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

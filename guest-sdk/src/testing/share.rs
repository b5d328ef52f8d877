//! Shares made of plain data.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

use crate::Share;

/// The data of a share: a field for each method of [`Share`], which see.
#[derive(Debug, Clone, Default, PartialEq)]
#[allow(missing_docs)]
pub struct PlainShare {
    pub uri: String,
    pub status: String,
    pub since: DateTime<Utc>,
    pub owner: String,
    pub requesters: String,
    pub principal: String,
    pub principal_type: String,
    pub purpose: String,
    pub expiry_day: Option<NaiveDate>,
    pub expires: Option<DateTime<Utc>>,
    pub extension_asked: bool,
    pub extension_reason: String,
    pub requested_expiry_day: Option<NaiveDate>,
    pub reject_purpose: String,
    pub non_expirable: bool,
    pub dataset_uri: String,
    pub dataset_label: String,
    pub confidentiality: String,
    pub expiry_setting: String,
    pub expiry_min_duration: Option<u32>,
    pub expiry_max_duration: Option<u32>,
    pub producers: String,
    pub stewards: String,
    pub environment_uri: String,
    pub environment_label: String,
    pub items: Vec<PlainShareItem>,
}

/// The data of an item of a share: a field for each method of [`ShareItem`](crate::ShareItem).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct PlainShareItem {
    pub uri: String,
    pub name: String,
    pub kind: String,
    pub status: String,
    pub health: String,
    pub health_message: String,
    pub touched: Option<DateTime<Utc>>,
    pub verified: Option<DateTime<Utc>>,
}

/// Makes a [`Share`] step by step.
///
/// ```
/// use nudged_sdk::testing::{ShareBuilder, at};
///
/// let share = ShareBuilder::new("s1").since(at("2026-05-12T09:00:00Z")).items(["orders"]).build();
/// assert_eq!(share.status(), "Submitted");
/// assert_eq!(share.items().next().unwrap().name(), "orders");
/// ```
#[derive(Debug, Clone)]
pub struct ShareBuilder(PlainShare);

impl ShareBuilder {
    /// A submitted share of the dataset Sales, which rita@x.test asks for.
    pub fn new(uri: &str) -> Self {
        Self(PlainShare {
            uri: uri.to_owned(),
            status: "Submitted".to_owned(),
            owner: "rita@x.test".to_owned(),
            requesters: "requesters".to_owned(),
            principal: "analytics".to_owned(),
            principal_type: "ConsumptionRole".to_owned(),
            dataset_uri: "d1".to_owned(),
            dataset_label: "Sales".to_owned(),
            confidentiality: "Official".to_owned(),
            expiry_setting: "Monthly".to_owned(),
            expiry_min_duration: Some(1),
            expiry_max_duration: Some(12),
            producers: "producers".to_owned(),
            stewards: "stewards".to_owned(),
            environment_uri: "e1".to_owned(),
            environment_label: "Analytics".to_owned(),
            ..PlainShare::default()
        })
    }

    /// Sets the status.
    pub fn status(self, status: &str) -> Self {
        self.with(|share| share.status = status.to_owned())
    }

    /// Sets when it entered its status.
    pub fn since(self, since: DateTime<Utc>) -> Self {
        self.with(|share| share.since = since)
    }

    /// Sets who opened the request.
    pub fn owner(self, owner: &str) -> Self {
        self.with(|share| share.owner = owner.to_owned())
    }

    /// Sets why access is asked for.
    pub fn purpose(self, purpose: &str) -> Self {
        self.with(|share| share.purpose = purpose.to_owned())
    }

    /// Sets the last day of access, which ends by UTC.
    pub fn expires_on(self, day: NaiveDate) -> Self {
        self.with(|share| {
            share.expiry_day = Some(day);
            share.expires = Some((day + Days::new(1)).and_time(NaiveTime::MIN).and_utc());
        })
    }

    /// Sets the items, tables with these names.
    pub fn items<'a>(self, names: impl IntoIterator<Item = &'a str>) -> Self {
        let without_items = self.with(|share| share.items.clear());
        names.into_iter().fold(without_items, |share, name| share.item(name, ""))
    }

    /// Adds a table with this name and status.
    pub fn item(self, name: &str, status: &str) -> Self {
        let item = PlainShareItem {
            uri: format!("item-{name}"),
            name: name.to_owned(),
            kind: "DatasetTable".to_owned(),
            status: status.to_owned(),
            ..PlainShareItem::default()
        };
        self.with(|share| share.items.push(item))
    }

    /// Changes whatever else is to be changed.
    pub fn with(mut self, change: impl FnOnce(&mut PlainShare)) -> Self {
        change(&mut self.0);
        self
    }

    /// The share.
    pub fn build(self) -> Share<'static> {
        self.0.into()
    }
}

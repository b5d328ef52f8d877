//! A row of the statement for shares.

use std::sync::Arc;

use super::{Columns, Read, Reader, naive, ownerless};
use crate::model::{Instant, Item, Share, ShareItem};

impl<C: Columns> Reader<'_, C> {
    pub(super) fn share(&self, uri: &str) -> Read {
        let dataset_uri = self.string("datasetUri")?;
        if self.text("dataset")?.is_none() {
            return Err(format!(
                "its dataset \"{dataset_uri}\" does not exist: delete the share or restore the dataset"
            ));
        }
        let expiry_day = self.timestamp("expiryDate")?.map(|at| at.date());
        let share = Share {
            uri: uri.to_owned(),
            since: self.since()?,
            status: self.string("status")?,
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
        Ok((Item::Share(Arc::new(share)), flaws))
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
        flaws.extend(ownerless(&share.dataset_uri, share.producers.as_ref(), share.stewards.as_ref()));
        if share.group.is_empty() {
            flaws.push("it names no requesting team: set share_object.\"groupUri\"".to_owned());
        }
        Ok(flaws)
    }

    /// When the share entered its status: the best that the tables tell.
    fn since(&self) -> Result<Instant, String> {
        let mut known = None;
        for column in ["submitted", "updated", "created"] {
            if known.is_none() {
                known = self.timestamp(column)?;
            }
        }
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
}

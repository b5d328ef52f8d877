//! Shares, their items, and what data.all told of them.

use chrono::{NaiveDateTime, TimeDelta};

use super::Rows;
use crate::data::{
    shape::{Decision, Item, Shape, Share},
    value::{Row, Value},
    words,
};

const KINDS: [&str; 3] = ["DatasetTable", "DatasetStorageLocation", "S3Bucket"];

/// No share has more items, nor more notices.
const MOST: u64 = 16;

pub(super) fn shares(shape: &Shape) -> Rows<'_> {
    Box::new(drawn(shape).map(|share| row(shape, share)))
}

pub(super) fn items(shape: &Shape) -> Rows<'_> {
    Box::new(drawn(shape).flat_map(|share| {
        let row = |(place, item)| item_row(shape, &share, place, item);
        (0..).zip(share.items.clone()).map(row).collect::<Vec<_>>()
    }))
}

/// For each event a row for each team that it concerns, as data.all writes them.
pub(super) fn notifications(shape: &Shape) -> Rows<'_> {
    Box::new(drawn(shape).flat_map(|share| {
        let recipients = recipients(shape, &share);
        let each = events(&share).into_iter().flat_map(|event| recipients.iter().map(move |team| (event, *team)));
        (0..).zip(each).map(|(place, (event, team))| notice(shape, &share, place, event, team)).collect::<Vec<_>>()
    }))
}

fn drawn(shape: &Shape) -> impl Iterator<Item = Share> + Send {
    (0..shape.shares).map(|number| shape.share(number))
}

fn row(shape: &Shape, share: Share) -> Row {
    let team = words::team(shape.team_of(share.environment));
    let rejected = matches!(share.decision, Some(Decision::Rejected(_)));
    vec![
        ("shareUri", words::uri(share.number).into()),
        ("datasetUri", words::uri(share.dataset).into()),
        ("environmentUri", words::uri(share.environment).into()),
        ("groupUri", team.clone().into()),
        ("principalId", team.clone().into()),
        ("principalType", "Group".into()),
        ("principalName", format!("dataall-{team}").into()),
        ("status", share.status.into()),
        ("owner", words::user(share.owner).into()),
        ("created", share.created.into()),
        ("updated", share.updated().into()),
        ("confirmed", false.into()),
        ("rejectPurpose", rejected.then_some("Ask for the aggregated table instead").into()),
        ("permissions", Value::Texts(vec!["Read"])),
        ("expiryDate", share.expiry.into()),
        ("requestedExpiryDate", share.requested_expiry.into()),
        ("extensionReason", share.extension.map(|_| "Still in use: das Projekt läuft weiter").into()),
        ("submittedForExtension", share.extension.is_some().into()),
        ("shareExpirationPeriod", share.requested_expiry.map(|_| 3).into()),
        ("nonExpirable", false.into()),
        ("requestPurpose", share.purpose.into()),
    ]
}

fn item_row(shape: &Shape, share: &Share, place: u64, item: Item) -> Row {
    let verified = item.health.map(|_| shape.now - TimeDelta::days(2));
    let complaint = item.health.filter(|health| *health == "Unhealthy");
    let kind = (share.number + place) as usize % KINDS.len();
    vec![
        ("shareItemUri", words::uri(share.number * MOST + place).into()),
        ("shareUri", words::uri(share.number).into()),
        ("itemType", KINDS[kind].into()),
        ("itemUri", words::uri(share.dataset * MOST + place).into()),
        ("itemName", format!("{}_{place}", words::dataset(share.dataset).replace(' ', "_")).into()),
        ("permission", "Read".into()),
        ("created", share.created.into()),
        ("updated", share.updated().into()),
        ("owner", words::user(share.owner).into()),
        ("status", item.status.into()),
        ("healthStatus", item.health.into()),
        ("healthMessage", complaint.map(|_| "The role has lost its permission on the table").into()),
        ("lastVerificationTime", verified.into()),
    ]
}

/// Owners, stewards if they are others, and the team that asks.
fn recipients(shape: &Shape, share: &Share) -> Vec<u64> {
    let dataset = shape.dataset(share.dataset);
    let mut teams = vec![dataset.owners];
    teams.extend((dataset.stewards != dataset.owners).then_some(dataset.stewards));
    teams.push(shape.team_of(share.environment));
    teams
}

/// Something that happened to a share: the type of its notices, a verb, and when.
type Event = (&'static str, &'static str, NaiveDateTime);

fn events(share: &Share) -> Vec<Event> {
    let submitted = share.submitted.map(|at| ("SHARE_OBJECT_SUBMITTED", "SUBMITTED", at));
    let decided = share.decision.map(|decision| match decision {
        Decision::Approved(at) => ("SHARE_OBJECT_APPROVED", "APPROVED", at),
        Decision::Rejected(at) => ("SHARE_OBJECT_REJECTED", "REJECTED", at),
    });
    let extension = share.extension.map(|at| ("SHARE_OBJECT_EXTENSION_SUBMITTED", "SUBMITTED an extension of", at));
    [submitted, decided, extension].into_iter().flatten().collect()
}

fn notice(shape: &Shape, share: &Share, place: u64, (kind, verb, at): Event, team: u64) -> Row {
    let (owner, dataset) = (words::user(share.owner), words::dataset(share.dataset));
    // After ninety days data.all takes everything as read.
    let read = shape.now - at > TimeDelta::days(90) || (share.number + place).is_multiple_of(2);
    vec![
        ("notificationUri", words::uri(share.number * MOST + place).into()),
        ("type", kind.into()),
        ("message", format!("User {owner} {verb} a share request for dataset {dataset}").into()),
        ("recipient", words::team(team).into()),
        ("is_read", read.into()),
        ("target_uri", format!("{}|{}", words::uri(share.number), words::uri(share.dataset)).into()),
        ("created", at.into()),
    ]
}

//! What shares refer to: environments, datasets and their stacks.

use chrono::{NaiveDateTime, TimeDelta};

use super::Rows;
use crate::data::{shape::Shape, value::Value, words};

const REGIONS: [&str; 4] = ["eu-west-1", "eu-central-1", "us-east-1", "ap-southeast-2"];
const FAILED: [&str; 5] =
    ["CREATE_FAILED", "DELETE_FAILED", "UPDATE_FAILED", "UPDATE_ROLLBACK_FAILED", "ROLLBACK_FAILED"];
const CONFIDENTIALITY: [&str; 3] = ["Unclassified", "Official", "Secret"];

pub(super) fn environments(shape: &Shape) -> Rows<'_> {
    let created = long_ago(shape);
    Box::new((0..shape.environments()).map(move |number| {
        let account = account(number);
        vec![
            ("environmentUri", words::uri(number).into()),
            ("organizationUri", words::uri(0).into()),
            ("label", words::environment(number).into()),
            ("name", format!("environment-{number}").into()),
            ("owner", words::user(number % shape.users()).into()),
            ("created", created.into()),
            ("tags", Value::Texts(Vec::new())),
            ("AwsAccountId", account.clone().into()),
            ("region", region(number).into()),
            ("validated", true.into()),
            ("environmentType", "Data".into()),
            ("EnvironmentDefaultIAMRoleName", format!("dataall-{number}").into()),
            ("EnvironmentDefaultIAMRoleArn", format!("arn:aws:iam::{account}:role/dataall-{number}").into()),
            ("roleCreated", true.into()),
            ("SamlGroupName", words::team(shape.team_of(number)).into()),
            ("CDKRoleArn", format!("arn:aws:iam::{account}:role/cdk").into()),
            ("resourcePrefix", "dataall".into()),
        ]
    }))
}

pub(super) fn permissions(shape: &Shape) -> Rows<'_> {
    let created = long_ago(shape);
    Box::new((0..shape.environments()).map(move |number| {
        vec![
            ("groupUri", words::team(shape.team_of(number)).into()),
            ("environmentUri", words::uri(number).into()),
            ("groupRoleInEnvironment", "Admin".into()),
            ("created", created.into()),
        ]
    }))
}

pub(super) fn datasets(shape: &Shape) -> Rows<'_> {
    let created = long_ago(shape);
    Box::new((0..shape.datasets()).map(move |number| {
        let dataset = shape.dataset(number);
        let setting = if number % 2 == 0 { "Monthly" } else { "Quarterly" };
        let terms = |value: i64| dataset.expires.then_some(value);
        vec![
            ("datasetUri", words::uri(number).into()),
            ("environmentUri", words::uri(dataset.environment).into()),
            ("organizationUri", words::uri(0).into()),
            ("label", words::dataset(number).into()),
            ("name", format!("dataset_{number}").into()),
            ("owner", words::user(dataset.owners % shape.users()).into()),
            ("description", "No description provided".into()),
            ("created", created.into()),
            ("region", region(dataset.environment).into()),
            ("AwsAccountId", account(dataset.environment).into()),
            ("language", "English".into()),
            ("topics", Value::Texts(vec!["Sales", "Other"])),
            ("confidentiality", CONFIDENTIALITY[number as usize % CONFIDENTIALITY.len()].into()),
            ("tags", Value::Texts(Vec::new())),
            ("SamlAdminGroupName", words::team(dataset.owners).into()),
            ("stewards", words::team(dataset.stewards).into()),
            ("autoApprovalEnabled", false.into()),
            ("datasetType", "S3".into()),
            ("imported", (number % 4 == 0).into()),
            ("enableExpiration", dataset.expires.into()),
            ("expirySetting", dataset.expires.then_some(setting).into()),
            ("expiryMinDuration", terms(1).into()),
            ("expiryMaxDuration", terms(12).into()),
        ]
    }))
}

/// One a dataset, then one an environment.
pub(super) fn stacks(shape: &Shape) -> Rows<'_> {
    let created = long_ago(shape);
    Box::new((0..shape.stacks()).map(move |number| {
        let (kind, target, environment) = match number.checked_sub(shape.datasets()) {
            None => ("dataset", number, shape.dataset(number).environment),
            Some(environment) => ("environment", environment, environment),
        };
        let failure = shape.stack_fails(number).map(|way| FAILED[(way % FAILED.len() as u64) as usize]);
        vec![
            ("stackUri", words::uri(number).into()),
            ("targetUri", words::uri(target).into()),
            ("accountid", account(environment).into()),
            ("region", region(environment).into()),
            ("status", failure.unwrap_or("UPDATE_COMPLETE").into()),
            ("stack", kind.into()),
            ("created", created.into()),
            ("updated", created.into()),
            ("stackid", format!("arn:aws:cloudformation:stack/{kind}-{target}").into()),
            ("error", failure.map(|status| format!("{{\"{kind}-{target}\": \"{status}: the role may not\"}}")).into()),
            ("name", format!("{kind}-{target}").into()),
        ]
    }))
}

fn long_ago(shape: &Shape) -> NaiveDateTime {
    shape.now - TimeDelta::days(800)
}

fn account(environment: u64) -> String {
    format!("{:012}", 600_000_000_000 + environment)
}

fn region(environment: u64) -> &'static str {
    REGIONS[environment as usize % REGIONS.len()]
}

//! nudged: the same number of pending shares, of as many teams, to the same listener.

use std::path::Path;

use anyhow::{Context, Result};
use chrono::TimeDelta;
use nudged::clock::{Clock, SystemClock};
use serde_json::{Map, Value, json};
use sqlx::{AssertSqlSafe, Connection, Executor, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::{
    bench::Bench,
    delivery::{Home, Kind, Listener, Place, Took, granted},
};

/// data.all's tables.
const TABLES: &str = include_str!("../../../host/src/source/sample.sql");

/// A folder to scan and deliver from.
pub(super) struct Ours<'b> {
    home: Home<'b>,
    _place: Place,
}

impl<'b> Ours<'b> {
    /// With so many pending shares, each of a dataset of one of so many teams.
    ///
    /// # Errors
    /// If the databases cannot be made.
    pub(super) async fn make(
        bench: &'b Bench,
        kind: Kind,
        listener: &Listener,
        shares: usize,
        teams: usize,
    ) -> Result<Self> {
        let place = Place::fresh(bench, kind).await?;
        let channels = json!({ "events": { "plugin": "webhook", "parameters": { "url": listener.url() } } });
        let mut more = granted(listener);
        let group = |number| (format!("team-{number}"), json!({ "events": format!("team-{number}") }));
        more["directory"] = json!({ "groups": (0..teams).map(group).collect::<Map<_, _>>() });
        more["reminders"] = json!({ "pending-share": { "digest_limit": shares.div_ceil(teams).max(1) } });
        // A first scan that finds so much would be held until somebody releases it.
        more["brake"] = json!({ "active": false });
        let home = Home::new(bench, &place.written, &channels, &more)?;
        fill(&home.path().join("source.db"), shares, teams).await.context("the source cannot be written")?;
        Ok(Self { home, _place: place })
    }

    /// Scans and delivers.
    ///
    /// # Errors
    /// If either fails.
    pub(super) async fn tell(&self) -> Result<[Took; 2]> {
        Ok([self.home.nudged(&["scan"]).await?, self.home.nudged(&["deliver", "--once"]).await?])
    }
}

async fn fill(file: &Path, shares: usize, teams: usize) -> Result<()> {
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let mut transaction = connection.begin().await?;
    sqlx::raw_sql(TABLES).execute(&mut *transaction).await?;
    let at = (SystemClock.now() - TimeDelta::days(3)).format("%Y-%m-%d %H:%M:%S").to_string();
    insert(&mut transaction, "environment", &environment()).await?;
    for team in 0..teams {
        insert(&mut transaction, "dataset", &dataset(team)).await?;
    }
    for number in 0..shares {
        insert(&mut transaction, "share_object", &share(number, number % teams, &at)).await?;
    }
    transaction.commit().await?;
    Ok(connection.close().await?)
}

/// Writes one row, all of it texts.
async fn insert(connection: &mut SqliteConnection, table: &str, row: &Value) -> Result<()> {
    let row = row.as_object().into_iter().flatten();
    let (columns, values): (Vec<_>, Vec<_>) = row.map(|(name, value)| (format!("\"{name}\""), value)).unzip();
    let places = vec!["?"; columns.len()].join(",");
    let sql = format!("INSERT INTO {table} ({}) VALUES ({places})", columns.join(","));
    let query = values.iter().fold(sqlx::query(AssertSqlSafe(sql)), |query, value| query.bind(value.as_str()));
    connection.execute(query).await?;
    Ok(())
}

fn environment() -> Value {
    json!({
        "environmentUri": "e1", "organizationUri": "o1", "label": "Lab", "name": "lab", "owner": "eve@example.com",
        "AwsAccountId": "1", "region": "eu-west-1", "environmentType": "Data", "EnvironmentDefaultIAMRoleName": "r",
        "EnvironmentDefaultIAMRoleArn": "a", "roleCreated": "1", "SamlGroupName": "lab-admins", "CDKRoleArn": "c",
        "resourcePrefix": "p",
    })
}

fn dataset(team: usize) -> Value {
    let name = format!("team-{team}");
    json!({
        "datasetUri": format!("d{team}"), "environmentUri": "e1", "organizationUri": "o1",
        "label": format!("Dataset {team}"), "name": "dataset", "owner": "pam@example.com", "AwsAccountId": "1",
        "language": "English", "confidentiality": "Secret", "SamlAdminGroupName": name, "stewards": name,
        "datasetType": "S3",
    })
}

fn share(number: usize, dataset: usize, at: &str) -> Value {
    json!({
        "shareUri": format!("s{number}"), "datasetUri": format!("d{dataset}"), "environmentUri": "e1",
        "groupUri": "analysts", "status": "Submitted", "owner": "rita@example.com", "created": at, "updated": at,
        "principalId": "p1", "principalName": "role-team", "principalType": "Group",
    })
}

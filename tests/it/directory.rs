//! Who is in a group: what the configuration, a file and a query say together, while they change and fail.

mod file;
mod sql;
mod together;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use nudged::{
    config::{DirectoryConfig, DirectoryQuery},
    directory::{Addresses, Directories, Directory, DirectoryError},
};
use nudged_tests::{Database, HandClock, at};

const NOW: &str = "2026-06-04T09:00:00Z";

fn clock() -> Arc<HandClock> {
    Arc::new(HandClock::new(at(NOW)))
}

/// The only channel that sends mail.
fn mail() -> BTreeSet<String> {
    BTreeSet::from(["email".to_owned()])
}

fn on_email(addresses: &[&str]) -> Addresses {
    Addresses::from([("email".to_owned(), addresses.iter().map(|&address| address.to_owned()).collect())])
}

/// A query whose answers are good for five minutes.
fn query(database: &Database, query: &str) -> DirectoryConfig {
    let (url, query) = (database.url(), query.to_owned());
    let sql = DirectoryQuery { url, query, channel: "email".to_owned(), cache: Duration::from_secs(300) };
    DirectoryConfig { sql: Some(sql), ..DirectoryConfig::default() }
}

async fn open(config: &DirectoryConfig, clock: &Arc<HandClock>) -> Result<Directories, DirectoryError> {
    Directories::open(config, &mail(), Arc::clone(clock) as _).await
}

async fn refused(config: &DirectoryConfig) -> String {
    open(config, &clock()).await.err().expect("it cannot be used").to_string()
}

async fn email(directories: &Directories, group: &str) -> Vec<String> {
    let addresses = directories.group(group).await.expect("an answer");
    addresses.expect("the group is known").remove("email").unwrap_or_default()
}

fn written(groups: &[(&str, &[&str])]) -> BTreeMap<String, Addresses> {
    groups.iter().map(|(name, addresses)| ((*name).to_owned(), on_email(addresses))).collect()
}

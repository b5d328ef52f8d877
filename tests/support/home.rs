//! The real binary in a folder of its own.

use std::{
    collections::BTreeMap,
    fs,
    hash::{BuildHasher, BuildHasherDefault, DefaultHasher},
    path::{Path, PathBuf},
    process::Stdio,
};

use nudged::{
    clock::{Clock, SystemClock},
    config::DatabaseUrl,
    store::{Runs, SqlStore},
};
use serde_json::{Map, Value, json};
use sqlx::{AssertSqlSafe, Connection, Executor, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;
use tokio::process::Command;

use crate::{DEADLINE, Dataall, Database, Process, binary, code_cache, lay, plugin_file, plugins_folder};

/// For `scan --now`: the shares of a [`Home`] have waited for two months by then.
pub const NOW: &str = "2026-05-04T09:00:00Z";

/// A folder that nudged runs from, with both shipped plugins and a data.all with one pending share, for pam@x.test.
pub struct Home {
    folder: TempDir,
    /// data.all.
    pub dataall: Dataall,
    config: Value,
}

/// A command that came to its end.
#[derive(Debug)]
pub struct Done {
    /// The exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it complained of.
    pub stderr: String,
}

impl Home {
    /// The folder; mails go to this relay.
    pub async fn new(relay: &str) -> Self {
        let folder = TempDir::new().expect("a folder");
        lay(&[plugin_file("email"), plugin_file("pending-share")], &folder.path().join("plugins"));
        let dataall = Dataall::new(Database::fresh_sqlite(), "dev").await;
        let config = config(&dataall.database.file(), relay);
        let home = Self { folder, dataall, config };
        home.write_config();
        home.dataall.insert("environment", &[environment()]).await;
        home.dataall.insert("dataset", &[dataset("d1", "Sales", "team-1")]).await;
        home.dataall.insert("share_object", &[share("s1", "d1")]).await;
        home
    }

    /// Adds this shipped plugin.
    pub fn add_plugin(&self, name: &str) {
        lay(&[plugin_file(name)], &self.folder.path().join("plugins"));
    }

    /// Adds every shipped plugin.
    pub fn add_plugins(&self) {
        let files = fs::read_dir(plugins_folder()).expect("the shipped plugins");
        let files: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
        lay(&files, &self.folder.path().join("plugins"));
    }

    /// Changes the configuration.
    pub fn configure(&mut self, change: impl FnOnce(&mut Value)) {
        change(&mut self.config);
        self.write_config();
    }

    /// Adds a pending share with this URI, of a dataset with this label, whose team has this address.
    pub async fn add_share(&mut self, uri: &str, label: &str, address: &str) {
        let team = format!("team-{uri}");
        self.add_shares([(uri, label, team.as_str())]).await;
        self.configure(|config| config["directory"]["groups"][team] = json!({ "email": address }));
    }

    /// Adds pending shares: the URI, the label of the dataset, and the team that owns it.
    pub async fn add_shares(&self, shares: impl IntoIterator<Item = (&str, &str, &str)>) {
        let rows = shares.into_iter().map(|(uri, label, team)| {
            let owned = format!("d-{uri}");
            (dataset(&owned, label, team), share(uri, &owned))
        });
        let (datasets, shares): (Vec<_>, Vec<_>) = rows.unzip();
        self.dataall.insert("dataset", &datasets).await;
        self.dataall.insert("share_object", &shares).await;
    }

    fn write_config(&self) {
        fs::write(self.path("config.json"), self.config.to_string()).expect("a configuration");
    }

    /// A file in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Plans a run of this reminder for now: a daemon takes it up within half a minute.
    pub async fn plan_run(&self, reminder: &str) {
        let store = SqlStore::connect(&DatabaseUrl::Sqlite(self.path("nudged.db"))).await.expect("the store opens");
        store.plan_run(reminder, SystemClock.now()).await.expect("a planned run");
    }

    /// Lets the leases of a dead daemon run out at once.
    ///
    /// # Panics
    /// If there are none.
    pub async fn end_leases(&self) {
        let options = SqliteConnectOptions::new().filename(self.path("nudged.db"));
        let mut store = SqliteConnection::connect_with(&options).await.expect("the store opens");
        let ended = store.execute("UPDATE outbox SET due = 0 WHERE state = 'leased'").await.expect("an outbox");
        assert!(ended.rows_affected() > 0, "a lease that was never taken");
        store.close().await.expect("the store closes");
    }

    /// Every file in the folder with its size and a hash of its content; but for what SQLite's readers share in memory,
    /// which reading changes.
    pub fn files(&self) -> BTreeMap<PathBuf, (usize, u64)> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                match entry.expect("an entry").path() {
                    path if path.is_dir() => folders.push(path),
                    path if path.extension().is_some_and(|end| end == "db-shm") => {}
                    path => drop(files.insert(path.clone(), digest(&fs::read(path).expect("a file")))),
                }
            }
        }
        files
    }

    /// The command, to be started as a test likes.
    pub fn command(&self, arguments: &[&str]) -> Command {
        command(self.folder.path(), arguments)
    }

    /// Runs a command to its end.
    ///
    /// # Panics
    /// If it does not come.
    pub async fn nudged(&self, arguments: &[&str]) -> Done {
        Done::of(self.command(arguments), DEADLINE).await
    }

    /// Runs a command that has to end well.
    ///
    /// # Panics
    /// If it does not.
    pub async fn well(&self, arguments: &[&str]) -> String {
        let done = self.nudged(arguments).await;
        assert_eq!(done.code, Some(0), "{done:?}");
        done.stdout
    }

    /// Starts the daemon.
    pub fn started(&self) -> Process {
        Process::start(self.command(&["run"]))
    }

    /// Starts the daemon and waits until it is ready.
    pub async fn daemon(&self) -> Process {
        let daemon = self.started();
        daemon.until("ready").await;
        daemon
    }

    /// Starts the daemon with these arguments beside `run` and waits until it is ready.
    pub async fn daemon_with(&self, arguments: &[&str]) -> Process {
        let daemon = Process::start(self.command(&[&["run"], arguments].concat()));
        daemon.until("ready").await;
        daemon
    }

    /// nudged's own database: runs statements over a connection of its own.
    pub async fn change_store(&self, sql: &str) {
        let options = SqliteConnectOptions::new().filename(self.path("nudged.db"));
        let mut store = SqliteConnection::connect_with(&options).await.expect("the store opens");
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut store).await.expect("the statements run");
        store.close().await.expect("the store closes");
    }
}

fn digest(bytes: &[u8]) -> (usize, u64) {
    (bytes.len(), BuildHasherDefault::<DefaultHasher>::default().hash_one(bytes))
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary());
    command.args(arguments).current_dir(folder).env_remove("NUDGED_LOG").kill_on_drop(true).stdin(Stdio::null());
    command
}

fn config(source: &Path, relay: &str) -> Value {
    json!({
        "source": { "type": "dataall", "url": format!("sqlite://{}", source.display()), "timezone": "UTC" },
        "store": { "url": "sqlite://nudged.db" },
        "plugins": { "directory": "plugins", "cache": code_cache() },
        "directory": { "groups": { "team-1": { "email": "pam@x.test" } } },
        "reminders": { "pending-share": {
            "strategy": "pending-share", "schedule": "0 9 * * *", "audience": ["producers"], "channels": ["email"],
        } },
        "channels": { "email": { "from": "nudged@nudged.test", "smtp": { "url": relay } } },
        "delivery": { "first_retry": "1s", "longest_retry": "1s" },
        "api": { "listen": "127.0.0.1:0" },
    })
}

fn object(value: Value) -> Map<String, Value> {
    value.as_object().expect("an object").clone()
}

fn environment() -> Map<String, Value> {
    object(json!({
        "environmentUri": "e1", "organizationUri": "o1", "label": "Lab", "name": "lab", "owner": "eve@x.test",
        "AwsAccountId": "1", "region": "eu-west-1", "environmentType": "Data", "EnvironmentDefaultIAMRoleName": "r",
        "EnvironmentDefaultIAMRoleArn": "a", "roleCreated": true, "SamlGroupName": "lab-admins", "CDKRoleArn": "c",
        "resourcePrefix": "p",
    }))
}

fn dataset(uri: &str, label: &str, team: &str) -> Map<String, Value> {
    object(json!({
        "datasetUri": uri, "environmentUri": "e1", "organizationUri": "o1", "label": label, "name": "sales",
        "owner": "pam@x.test", "AwsAccountId": "1", "language": "English", "confidentiality": "Secret",
        "SamlAdminGroupName": team, "stewards": team, "datasetType": "S3",
    }))
}

fn share(uri: &str, dataset: &str) -> Map<String, Value> {
    object(json!({
        "shareUri": uri, "datasetUri": dataset, "environmentUri": "e1", "groupUri": "team", "status": "Submitted",
        "owner": "rita@x.test", "created": "2026-03-01T08:00:00", "updated": "2026-03-05 08:00:00",
        "principalId": "p1", "principalName": "role-team", "principalType": "Group",
    }))
}

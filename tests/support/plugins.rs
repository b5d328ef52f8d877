//! A plugins folder of one test's own, and what to put into it.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use chrono::NaiveDate;
use nudged::{
    clock::{Clock, SystemClock},
    config::{Limits, PluginsConfig},
    model::{Instant, Item, Notification, NotificationId, Reminder, Severity, Share, ShareItem},
    plugin::{Admission, Context, PluginEngine, Refusal, Registry},
};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::{
    code_cache,
    env::{compiler, guests_folder, plugins_folder},
};

/// A plugins folder that is gone when this is dropped.
#[derive(Debug)]
pub struct PluginsFolder {
    folder: TempDir,
    /// What calls may use: [`Limits::default`], until the test says otherwise.
    pub limits: Limits,
    /// Bytes of compiled code that a cache may hold.
    pub cache_bytes: u64,
}

impl Default for PluginsFolder {
    fn default() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        fs::create_dir(folder.path().join("plugins")).expect("a folder in it");
        Self { folder, limits: Limits::default(), cache_bytes: PluginsConfig::default().cache_bytes }
    }
}

impl PluginsFolder {
    /// A folder with these test guests in it.
    pub fn with_guests(names: &[&str]) -> Self {
        let folder = Self::default();
        for name in names {
            folder.put(&format!("{name}.wasm"), &guest(name));
        }
        folder
    }

    /// Makes strategies' calls end after this time.
    pub fn strategy_wall(mut self, wall: Duration) -> Self {
        self.limits.strategy_wall = wall;
        self
    }

    /// The plugins folder itself.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("plugins")
    }

    /// Where compiled code is kept if the registry does so; not made yet.
    pub fn cache(&self) -> PathBuf {
        self.folder.path().join("cache")
    }

    /// The folder around it.
    pub fn around(&self) -> &Path {
        self.folder.path()
    }

    /// A file of the folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Puts a file there as a whole, in place of what had its name.
    pub fn put(&self, name: &str, bytes: &[u8]) {
        let aside = self.folder.path().join(name);
        fs::write(&aside, bytes).expect("a file beside the folder");
        fs::rename(&aside, self.file(name)).expect("the file moves in");
    }

    /// Removes a file.
    pub fn remove(&self, name: &str) {
        fs::remove_file(self.file(name)).expect("the file was there");
    }

    /// A registry of the folder that has not looked yet and keeps no compiled code.
    pub fn registry(&self) -> Registry {
        self.open(None)
    }

    /// The same with a cache of compiled code.
    pub fn cached_registry(&self) -> Registry {
        self.open(Some(self.cache()))
    }

    /// The same with the cache that the tests share: compiling is slow in a debug build.
    pub fn kept_registry(&self) -> Registry {
        self.open(Some(code_cache()))
    }

    /// A registry with a cache of its own that goes by this clock and serves what is in the folder.
    pub async fn serving_by(&self, clock: Arc<dyn Clock>) -> Arc<Registry> {
        let registry = self.open_by(Some(self.cache()), clock);
        registry.rescan().await.expect("the folder is there");
        assert_eq!(registry.refusals(), []);
        Arc::new(registry)
    }

    fn open(&self, cache: Option<PathBuf>) -> Registry {
        self.open_by(cache, Arc::new(SystemClock))
    }

    fn open_by(&self, cache: Option<PathBuf>, clock: Arc<dyn Clock>) -> Registry {
        let cached = cache.is_some();
        let config = PluginsConfig {
            directory: self.path(),
            cache: cache.unwrap_or_else(|| self.cache()),
            cache_bytes: self.cache_bytes,
            limits: self.limits.clone(),
            ..PluginsConfig::default()
        };
        let engine = PluginEngine::new(&config, compiler()).expect("the engine starts");
        Registry::new(engine, &config, cached, clock)
    }

    /// A registry that serves what is in the folder, where nothing was refused.
    pub async fn serving(&self) -> Arc<Registry> {
        let registry = self.registry();
        registry.rescan().await.expect("the folder is there");
        assert_eq!(registry.refusals(), []);
        Arc::new(registry)
    }

    /// What becomes of these bytes as the folder's only file.
    pub async fn admit(&self, bytes: &[u8]) -> Result<Admission, Refusal> {
        self.put("candidate.wasm", bytes);
        let registry = self.registry();
        registry.rescan().await.expect("the folder is there");
        match (registry.admissions().pop(), registry.refusals().pop()) {
            (Some(admission), None) => Ok(admission),
            (None, Some(refusal)) => Err(refusal),
            (admitted, refused) => {
                panic!("one file is {} and {refused:?}", if admitted.is_some() { "admitted" } else { "not admitted" })
            }
        }
    }
}

/// The bytes of a shipped plugin.
pub fn plugin(name: &str) -> Vec<u8> {
    component(&plugins_folder(), name).expect("a shipped plugin; `cargo xtask test` builds them")
}

/// The bytes of a test guest.
pub fn guest(name: &str) -> Vec<u8> {
    component(&guests_folder(), name).expect("a test guest; `cargo xtask test` builds them")
}

fn component(folder: &Path, name: &str) -> io::Result<Vec<u8>> {
    fs::read(folder.join(format!("{name}.wasm")))
}

/// The same component as another generation: with a custom section at its end, which changes nothing but the digest.
pub fn marked(component: &[u8], mark: u8) -> Vec<u8> {
    // Section id 0, its size, the length of its name, its name, one byte of content.
    [component, &[0, 6, 4, b'm', b'a', b'r', b'k', mark]].concat()
}

/// One of 65,536 generations of a component.
pub fn generation(component: &[u8], number: u16) -> Vec<u8> {
    number.to_be_bytes().iter().fold(component.to_vec(), |bytes, mark| marked(&bytes, *mark))
}

/// SHA-256 in hexadecimal, as the host names generations.
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A submitted share of the dataset Sales.
pub fn share(uri: &str) -> Share {
    Share {
        uri: uri.to_owned(),
        status: "Submitted".to_owned(),
        since: "2026-05-12T08:30:00Z".parse().expect("an instant"),
        owner: "rita@x.test".to_owned(),
        group: "requesters".to_owned(),
        principal: "analytics".to_owned(),
        principal_type: "Group".to_owned(),
        purpose: "Forecasts".to_owned(),
        expiry_day: None,
        expires: None,
        extension_asked: false,
        extension_reason: String::new(),
        requested_expiry_day: None,
        reject_purpose: String::new(),
        non_expirable: false,
        dataset_uri: "d1".to_owned(),
        dataset_label: "Sales".to_owned(),
        confidentiality: "Official".to_owned(),
        expiry_setting: "Monthly".to_owned(),
        expiry_min: Some(1),
        expiry_max: Some(12),
        producers: Some("producers".to_owned()),
        stewards: Some("stewards".to_owned()),
        environment_uri: "e1".to_owned(),
        environment_label: "Analytics".to_owned(),
        environment_admins: None,
        items: ["orders", "customers"].map(item).to_vec(),
    }
}

fn item(name: &str) -> ShareItem {
    ShareItem { name: name.to_owned(), kind: "DatasetTable".to_owned(), ..ShareItem::default() }
}

/// A batch of shares with these URIs.
pub fn batch<'a>(uris: impl IntoIterator<Item = &'a str>) -> Arc<[Item]> {
    uris.into_iter().map(|uri| Item::Share(Arc::new(share(uri)))).collect()
}

/// The context of a scan on 4 June 2026, with no parameters.
pub fn context() -> Context {
    let now: Instant = "2026-06-04T09:00:00Z".parse().expect("an instant");
    let today = NaiveDate::from_ymd_opt(2026, 6, 4).expect("a day");
    Context { now, today, parameters: serde_json::json!({}), attributes: Vec::new() }
}

/// A notification of one reminder.
pub fn notification(recipient: &str) -> Notification {
    Notification {
        id: NotificationId::derive("email", recipient, []),
        channel: "email".to_owned(),
        recipient: recipient.to_owned(),
        subject: "A request is waiting".to_owned(),
        preamble: "You can answer it.".to_owned(),
        because: String::new(),
        text: "Sales is waiting.\n".to_owned(),
        more: 0,
        reminders: vec![Reminder {
            item: "share:s1".to_owned(),
            title: "Pending share request for Sales".to_owned(),
            sentence: "Rita waits.".to_owned(),
            severity: Severity::Info,
            facts: vec![],
            link: None,
            ordinal: 1,
            ..Reminder::default()
        }],
        decided: Instant::UNIX_EPOCH,
        refusable: false,
    }
}

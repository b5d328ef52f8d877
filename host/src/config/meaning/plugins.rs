//! The section `plugins`: where plugins are, what they may use and when a new one serves.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    time::Duration,
};

/// Where plugins are and what they may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginsConfig {
    /// The folder with `*.wasm`.
    pub directory: PathBuf,
    /// A private folder (made with mode 0700): compiled code, the last good copy of each file, quarantines.
    pub cache: PathBuf,
    /// Most bytes of compiled code that are kept there.
    pub cache_bytes: u64,
    /// How often the folder is looked through although nothing was noticed.
    pub poll: Duration,
    /// Limits for every plugin that has none of its own.
    pub limits: Limits,
    /// Limits of single plugins, by the plugin's name. Until a file has said its plugin's name, its own name counts.
    pub limits_for: BTreeMap<String, Limits>,
    /// What plugins may use, by the plugin's name.
    pub grants: BTreeMap<String, Grant>,
    /// Whether a new generation of a strategy runs on the last scan's items beside the one that serves, before it serves.
    pub shadow: bool,
    /// Whether a new generation waits until an operator releases it.
    pub hold: bool,
}

impl PluginsConfig {
    /// The limits of one plugin.
    pub fn limits_of(&self, plugin: &str) -> &Limits {
        self.limits_for.get(plugin).unwrap_or(&self.limits)
    }
}

impl Default for PluginsConfig {
    fn default() -> Self {
        Self {
            directory: PathBuf::from("plugins"),
            cache: PathBuf::from(".nudged-cache"),
            cache_bytes: 512 << 20,
            poll: Duration::from_secs(5),
            limits: Limits::default(),
            limits_for: BTreeMap::new(),
            grants: BTreeMap::new(),
            shadow: false,
            hold: false,
        }
    }
}

/// What a plugin may use: most of it in one call, some of it in an hour or at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of linear memory, summed over memories and tables.
    pub memory: usize,
    /// Wall time of a strategy's batch.
    pub strategy_wall: Duration,
    /// Wall time of a channel's send.
    pub channel_wall: Duration,
    /// Units of fuel, about one an instruction; `None` is not counted, which is a fifth faster.
    pub fuel: Option<u64>,
    /// Time on a processor, in one hour, over all calls.
    pub hourly: Duration,
    /// Calls at one time.
    pub instances: u32,
    /// Findings in a batch.
    pub findings: usize,
    /// Bytes of findings in a batch.
    pub result_bytes: usize,
    /// Bytes that a call hands over to the host, whatever for.
    pub host_bytes: usize,
    /// Resources of the host that a call holds at one time.
    pub handles: usize,
    /// Bytes of log in a call.
    pub log_bytes: usize,
    /// Bytes of a component's file.
    pub file_bytes: u64,
    /// Wall time of compiling it.
    pub compile_wall: Duration,
    /// Bytes of memory that compiling it may take.
    pub compile_memory: u64,
}

impl Limits {
    /// Calls that all plugins together can have under way at one time.
    pub const MOST_INSTANCES: u32 = 256;
}

impl Default for Limits {
    /// The design's defaults: enough for any strategy we know ten times over.
    fn default() -> Self {
        Self {
            memory: 64 << 20,
            strategy_wall: Duration::from_secs(5),
            channel_wall: Duration::from_secs(30),
            fuel: None,
            hourly: Duration::from_secs(600),
            instances: 16,
            findings: 10_000,
            result_bytes: 4 << 20,
            host_bytes: 64 << 20,
            handles: 1000,
            log_bytes: 256 << 10,
            file_bytes: 64 << 20,
            compile_wall: Duration::from_secs(60),
            compile_memory: 2 << 30,
        }
    }
}

/// What a plugin may use beside what every plugin may.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grant {
    /// Hosts that it may send HTTP requests to, each with a port if it is not the scheme's own, in lower case.
    pub http: Vec<HostGrant>,
    /// Networks whose addresses it may reach although they are private: `10.0.0.0/8`.
    pub networks: Vec<ipnet::IpNet>,
    /// Interfaces of the host that a new generation may ask for although the one before did not: `inbox`.
    pub interfaces: BTreeSet<String>,
    /// SHA-256 digests, hexadecimal, of the only components that may serve under this name; empty is any.
    pub digests: BTreeSet<String>,
}

/// A host that a plugin may send HTTP requests to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct HostGrant {
    /// A name or an address, in lower case, without brackets and without a trailing dot.
    pub host: String,
    /// The port, if it is not 443.
    pub port: Option<u16>,
    /// Whether http is allowed beside https.
    pub plain: bool,
}

//! How plugins behave: what their calls came to, and which of them are not called for a while.

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::{
    clock::Clock,
    model::{Fault, Instant},
};

/// Why a plugin is not called, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// When it is called again.
    pub until: Instant,
    /// For the operator: what it did.
    pub why: String,
}

/// What the calls of a plugin came to since the daemon started.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Calls.
    pub calls: u64,
    /// Faults by class.
    pub faults: BTreeMap<String, u64>,
    /// Time from the first to the last instruction of every call, waiting included.
    pub wall: Duration,
    /// The longest call.
    pub longest: Duration,
    /// Time on a processor.
    pub busy: Duration,
    /// The most memory that a call held, in bytes.
    pub peak_memory: usize,
    /// The last fault: its class, its text and what the plugin was working on.
    pub last_fault: Option<String>,
}

/// What one call took.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Taken {
    pub(super) wall: Duration,
    pub(super) busy: Duration,
    pub(super) memory: usize,
}

/// The conduct of every plugin that was ever called, by the plugin's name. It outlives generations.
pub(super) struct Conducts {
    clock: Arc<dyn Clock>,
    /// Where quarantines are remembered across restarts.
    folder: Option<PathBuf>,
    plugins: Mutex<HashMap<String, Arc<Conduct>>>,
}

impl Conducts {
    pub(super) fn new(clock: Arc<dyn Clock>, folder: Option<PathBuf>) -> Self {
        Self { clock, folder, plugins: Mutex::default() }
    }

    /// The conduct of the plugin of this name.
    pub(super) fn of(&self, plugin: &str) -> Arc<Conduct> {
        tracing::trace!(folder = ?self.folder, "conduct");
        let mut plugins = self.plugins.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Conduct { plugin: plugin.to_owned(), clock: Arc::clone(&self.clock) });
        Arc::clone(plugins.entry(plugin.to_owned()).or_insert_with(new))
    }
}

/// The conduct of one plugin.
pub(super) struct Conduct {
    plugin: String,
    clock: Arc<dyn Clock>,
}

impl Conduct {
    /// A call of the generation of this digest begins.
    ///
    /// # Errors
    /// If it must not.
    pub(super) fn enter(&self, _digest: &str) -> Result<(), Pause> {
        tracing::trace!(plugin = self.plugin, now = %self.clock.now(), "call");
        Ok(())
    }

    /// A call of the generation of this digest ended.
    pub(super) fn ended(&self, _digest: &str, _taken: Taken, _fault: Option<&Fault>) {}

    /// Why the generation of this digest would not be called now.
    pub(super) fn pause(&self, _digest: &str) -> Option<Pause> {
        None
    }

    /// Ends a quarantine; says whether there was one.
    pub(super) fn release(&self) -> bool {
        false
    }

    /// What the calls came to.
    pub(super) fn account(&self) -> Account {
        Account::default()
    }
}

//! What the files of the folder came to, and which generation serves each plugin: pure, but for the generations themselves.

use std::{
    collections::{BTreeMap, HashMap, hash_map::Entry},
    fmt,
    sync::Arc,
};

use super::{
    Difference,
    admission::{Admission, Refusal},
    words::tidy,
};
use crate::model::Instant;

/// One state of the folder. Replaced as a whole, so that readers see one state.
#[derive(Clone, Default)]
pub(super) struct Serving {
    /// By file name: what the file's newest content came to, and what it serves.
    pub(super) files: BTreeMap<String, File>,
    /// By plugin name.
    pub(super) plugins: HashMap<String, Arc<Generation>>,
    /// Files whose plugin name another file serves.
    clashes: Vec<Refusal>,
}

/// One file of the folder.
#[derive(Clone, Default)]
pub(super) struct File {
    /// Why its newest content was refused.
    pub(super) refusal: Option<Refusal>,
    /// That content, if it was admitted and does not serve.
    pub(super) held: Option<Arc<Waiting>>,
    /// The generation that serves from this file: the newest, or the last good one.
    pub(super) serves: Option<Arc<Generation>>,
    /// The look at the folder in which the file began to give its plugin's name: whoever gave it first goes on.
    pub(super) claimed: u64,
    /// How the newest content differed from what served before, if both were asked about the same items.
    pub(super) difference: Option<Arc<Difference>>,
}

/// One admitted version that serves.
pub(super) struct Generation {
    pub(super) admission: Admission,
    pub(super) since: Instant,
    /// Counts the generations of a plugin since the start.
    pub(super) number: u64,
}

/// One admitted version that does not serve.
pub(super) struct Waiting {
    pub(super) admission: Admission,
    pub(super) why: Vec<String>,
    /// Whether an operator's word is all that it waits for.
    pub(super) releasable: bool,
}

/// What a look at the folder changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A plugin serves that did not before.
    Loaded(String),
    /// Another generation of a plugin serves.
    Replaced(String),
    /// A plugin's file is gone.
    Removed(String),
    /// A new generation was admitted and does not serve yet; what served before goes on serving.
    Held(String),
    /// A file was refused; what served before goes on serving.
    Refused(Refusal),
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names of files and texts of guests are in it: it stays one line.
        let (what, whom) = match self {
            Self::Loaded(plugin) => ("loaded", plugin.clone()),
            Self::Replaced(plugin) => ("replaced", plugin.clone()),
            Self::Removed(plugin) => ("removed", plugin.clone()),
            Self::Held(plugin) => ("held", plugin.clone()),
            Self::Refused(refusal) => ("refused", refusal.to_string()),
        };
        write!(f, "plugin {what}: {}", tidy(&whom))
    }
}

impl Change {
    /// Tells the operator: a refusal is an error, and what is held waits for somebody.
    pub fn log(&self) {
        match self {
            Self::Refused(_) => tracing::error!("{self}"),
            Self::Held(_) => tracing::warn!("{self}"),
            _ => tracing::info!("{self}"),
        }
    }
}

impl Serving {
    /// The state that these files come to. Where two files give one plugin name, the one that gave it first goes on; of
    /// those that came together, the first by file name. The other is refused.
    pub(super) fn of(files: BTreeMap<String, File>) -> Self {
        let mut serving = Self::default();
        let mut claims: Vec<_> =
            files.iter().filter_map(|(name, file)| Some((file.claimed, name, file.serves.as_ref()?))).collect();
        claims.sort_by_key(|(claimed, name, _)| (*claimed, *name));
        for (_, file, generation) in claims {
            match serving.plugins.entry(generation.admission.manifest.name.clone()) {
                Entry::Vacant(free) => drop(free.insert(Arc::clone(generation))),
                Entry::Occupied(taken) => {
                    let by = &taken.get().admission.file;
                    let reason = format!("gives the name {}, which {by} already serves", taken.key());
                    serving.clashes.push(Refusal { file: file.clone(), reason, passing: false });
                }
            }
        }
        serving.files = files;
        serving
    }

    /// Whether the generation with this digest serves.
    pub(super) fn has(&self, digest: &str) -> bool {
        self.plugins.values().any(|generation| generation.admission.digest == digest)
    }

    /// The generation with this digest that serves, if this file may serve it too: the same content under another file's
    /// name, unless the file serves another plugin.
    pub(super) fn moved(&self, file: &str, digest: &str) -> Option<Arc<Generation>> {
        let found = self.plugins.values().find(|generation| generation.admission.digest == digest)?;
        let serves = self.files.get(file).and_then(|file| file.serves.as_ref());
        let other = serves.is_some_and(|it| it.admission.manifest.name != found.admission.manifest.name);
        (!other).then(|| Arc::clone(found))
    }

    pub(super) fn refusals(&self) -> impl Iterator<Item = &Refusal> {
        self.files.values().filter_map(|file| file.refusal.as_ref()).chain(&self.clashes)
    }

    /// What is held although nothing serves under its name.
    pub(super) fn held_alone(&self) -> impl Iterator<Item = Refusal> {
        let alone = self.held().filter(|(_, waiting)| !self.plugins.contains_key(&waiting.admission.manifest.name));
        alone.map(|(file, waiting)| {
            let reason = format!("is held: {}", waiting.why.join("; "));
            Refusal { file: file.clone(), reason, passing: false }
        })
    }

    pub(super) fn held(&self) -> impl Iterator<Item = (&String, &Arc<Waiting>)> {
        self.files.iter().filter_map(|(name, file)| Some((name, file.held.as_ref()?)))
    }

    /// What of a plugin is held, with its file: rather that of the file that serves it.
    pub(super) fn held_of<'a>(&'a self, plugin: &'a str) -> Option<(&'a String, &'a Arc<Waiting>)> {
        let serving = self.plugins.get(plugin).map(|generation| &generation.admission.file);
        let of_plugin = || self.held().filter(|(_, waiting)| waiting.admission.manifest.name == plugin);
        of_plugin().find(|(file, _)| Some(*file) == serving).or_else(|| of_plugin().next())
    }

    /// What is different from an earlier state, in the order of its text.
    pub(super) fn changes_since(&self, before: &Self) -> Vec<Change> {
        let mut changes = Vec::new();
        for (name, generation) in &self.plugins {
            let label = generation.admission.label();
            match before.plugins.get(name) {
                None => changes.push(Change::Loaded(label)),
                Some(old) if old.admission.digest != generation.admission.digest => {
                    changes.push(Change::Replaced(label));
                }
                Some(_) => {}
            }
        }
        let removed = before.plugins.keys().filter(|name| !self.plugins.contains_key(*name));
        changes.extend(removed.map(|name| Change::Removed(name.clone())));
        let known: Vec<_> = before.refusals().collect();
        changes.extend(self.refusals().filter(|refusal| !known.contains(refusal)).cloned().map(Change::Refused));
        let told = |waiting: &Waiting| format!("{}: {}", waiting.admission.label(), waiting.why.join("; "));
        let known: Vec<_> = before.held().map(|(_, waiting)| told(waiting)).collect();
        let held = self.held().map(|(_, waiting)| told(waiting)).filter(|text| !known.contains(text));
        changes.extend(held.map(Change::Held));
        changes.sort_by_key(ToString::to_string);
        changes
    }
}

//! Stage by stage through a component: what it is, what it says of itself, and everything that keeps it from serving.

use super::{
    Refusal,
    admission::{Candidate, Gate, Loaded, stem},
    call::Caller,
    compile::NotCompiled,
    described, selftest,
    words::tidy,
    world,
};
use crate::model::{FaultKind, Kind, Manifest};

/// What was found out about a component.
#[derive(Default)]
pub struct Examination {
    /// The file's name.
    pub file: String,
    /// SHA-256 of the component, hexadecimal; empty if the file could not be read.
    pub digest: String,
    /// The component's size, in bytes.
    pub bytes: usize,
    /// Its world, if it is made for one.
    pub kind: Option<Kind>,
    /// The interfaces that it imports, with their versions.
    pub imports: Vec<String>,
    /// The interfaces that it exports, with their versions.
    pub exports: Vec<String>,
    /// What it says of itself, as far as that is sound.
    pub manifest: Option<Manifest>,
    /// Keys of its manifest that manifests do not have; those of its budget as `budget.KEY`.
    pub unknown: Vec<String>,
    /// Values of its manifest that mean nothing and are passed over, by the same names.
    pub passed_over: Vec<String>,
    /// Why it is refused, each with what would mend it; none if it may serve.
    pub reasons: Vec<String>,
    passing: bool,
    plugin: Option<Loaded>,
}

/// How far the stages go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Going {
    /// To the first that finds a reason for refusal: more would be work for nothing.
    ToTheFirst,
    /// As far as there is anything to look at.
    On,
}

/// Why no later stage has anything to look at.
struct Stop {
    reason: String,
    passing: bool,
}

impl From<NotCompiled> for Stop {
    fn from(NotCompiled { reason, passing }: NotCompiled) -> Self {
        Self { reason, passing }
    }
}

impl From<String> for Stop {
    fn from(reason: String) -> Self {
        Self { reason, passing: false }
    }
}

impl Examination {
    /// A file that cannot be read.
    pub(super) fn unread(refusal: Refusal) -> Self {
        let Refusal { file, reason, passing } = refusal;
        Self { file, reasons: vec![reason], passing, ..Self::default() }
    }

    /// The plugin, with its file, digest and manifest.
    ///
    /// # Errors
    /// The first reason why it is refused, and how many more there are.
    pub(super) fn sound(self) -> Result<(String, String, Manifest, Loaded), Refusal> {
        let Self { file, digest, manifest, mut reasons, passing, plugin, .. } = self;
        match (manifest, plugin) {
            (Some(manifest), Some(plugin)) if reasons.is_empty() => Ok((file, digest, manifest, plugin)),
            _ => {
                let more = reasons.drain(1.min(reasons.len())..).count();
                let mut reason = reasons.pop().unwrap_or_default();
                if more > 0 {
                    reason.push_str(&format!(" (and {more} more: `nudged plugin check` lists them)"));
                }
                Err(Refusal { file, reason, passing })
            }
        }
    }

    /// The plugin, if it could be loaded, whatever is wrong with its manifest.
    pub(super) fn plugin(&self) -> Option<&Loaded> {
        self.plugin.as_ref()
    }

    fn refuse(&mut self, reasons: impl IntoIterator<Item = String>) {
        self.reasons.extend(reasons.into_iter().map(|reason| tidy(&reason)));
    }
}

impl Gate {
    /// Takes a candidate through all stages but the trial of its own cases.
    pub(super) async fn look(&self, candidate: &Candidate, going: Going) -> Examination {
        let Candidate { file, digest, bytes } = candidate;
        let (file, digest) = (file.clone(), digest.clone());
        let mut seen = Examination { file, digest, bytes: bytes.len(), ..Examination::default() };
        if let Err(Stop { reason, passing }) = self.stages(candidate, going, &mut seen).await {
            seen.passing = passing;
            seen.refuse([reason]);
        }
        seen
    }

    /// Tries the cases that the plugin carries, if it could be loaded.
    pub(super) async fn try_cases(&self, seen: &mut Examination, going: Going) {
        if let Some(plugin) = &seen.plugin {
            let failed = selftest::run(plugin, going).await;
            seen.refuse(failed);
        }
    }

    async fn stages(&self, candidate: &Candidate, going: Going, seen: &mut Examination) -> Result<(), Stop> {
        let Candidate { file, digest, bytes } = candidate;
        is_component(bytes)?;
        let component = self.compile(file, digest, bytes).await?;
        let engine = self.engine.wasmtime();
        let world::Made { kind, wrong } = world::of(engine, &component);
        (seen.kind, seen.imports, seen.exports) =
            (kind, world::imports(engine, &component), world::exports(engine, &component));
        let foreign = !wrong.is_empty();
        seen.refuse(wrong);
        let Some(kind) = kind.filter(|_| !foreign || going == Going::On) else { return Ok(()) };
        let mut caller = self.caller(file, digest);
        // What a component with foreign imports fails at next may follow from those: that is no reason of its own.
        let linked = match self.link(kind, &component, foreign) {
            Err(_) if foreign => return Ok(()),
            linked => linked.map_err(|error| format!("cannot be linked: {error:#}"))?,
        };
        let text = match linked.describe(&caller).await {
            Err(_) if foreign => return Ok(()),
            text => text.map_err(|fault| Stop {
                passing: fault.kind == FaultKind::Timeout,
                reason: format!("describe failed: {fault}"),
            })?,
        };
        let described = described::read(&text, kind, stem(file), going);
        seen.refuse(described.wrong);
        (seen.manifest, seen.unknown, seen.passed_over) =
            (described.manifest, described.unknown, described.passed_over);
        let may_load = !foreign && (seen.reasons.is_empty() || going == Going::On);
        if let Some(manifest) = seen.manifest.clone().filter(|_| may_load) {
            caller.plugin.clone_from(&manifest.name);
            caller.limits.clone_from(self.config.limits_of(&manifest.name));
            seen.plugin = Some(linked.load(caller, Manifest { kind, ..manifest }));
        }
        Ok(())
    }

    /// Who calls a component that has not said its name.
    fn caller(&self, file: &str, digest: &str) -> Caller {
        Caller {
            engine: self.engine.clone(),
            limits: self.config.limits_of(stem(file)).clone(),
            plugin: stem(file).to_owned(),
            digest: digest.to_owned(),
            conduct: None,
            heard: None,
        }
    }
}

/// The header of a binary: magic, then version and layer (0 for a core module, 1 for a component).
fn is_component(bytes: &[u8]) -> Result<(), String> {
    match bytes {
        [0, b'a', b's', b'm', _, _, 1, 0, ..] => Ok(()),
        [0, b'a', b's', b'm', _, _, 0, 0, ..] => Err("is a core module, not a component: \
             link it with wasm-component-ld or encode it with `wasm-tools component new`"
            .to_owned()),
        _ => Err("is not WebAssembly: a plugin is a component in binary form".to_owned()),
    }
}

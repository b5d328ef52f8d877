//! The cases that a plugin carries, tried before it serves.
//!
//! A component may export `nudged:plugin/self-test` beside its world's interfaces; `wit/v0.1/self-test.wit` says what a
//! case looks like. A plugin that fails one is refused, so that its predecessor keeps serving.

use wasmtime::{
    Store,
    component::{ComponentExportIndex, InstancePre},
    format_err,
};

use super::{
    Admission,
    admission::Loaded,
    call::Caller,
    cases::{self, Case, Wanted, compared},
    examination::Going,
    guest::{Guest, Heard, Lent},
};
use crate::model::Kind;

/// The export that is looked for.
const INTERFACE: &str = "nudged:plugin/self-test@0.1.0";

/// Bytes of all cases: what people write by hand is a hundredth of it.
const MOST_BYTES: usize = 1 << 20;

/// Cases of one plugin: each is a call, and admission waits for all of them.
const MOST_CASES: usize = 100;

/// Wall limits of a batch that all cases together may take: a plugin is admitted while others wait to be.
const WALLS: u32 = 10;

impl Admission {
    /// The cases that the component carries, as it gives them.
    ///
    /// # Errors
    /// If it does not give them.
    pub async fn carried(&self) -> Result<Option<String>, String> {
        Carrier::of(&self.on_trial(&Heard::default())).carried().await
    }
}

/// Runs the cases that the plugin carries, if any: to the first that fails, or all. Answers with those that failed, what
/// was expected and what came.
pub(super) async fn run(plugin: &Loaded, going: Going) -> Vec<String> {
    let carrier = Carrier::of(plugin);
    let wall = carrier.caller.limits.strategy_wall * WALLS;
    let mut failed = Vec::new();
    let trial = async {
        let Some(text) = carrier.carried().await? else { return Ok(()) };
        for case in cases::read(&text, carrier.kind, MOST_CASES)? {
            failed.extend(try_one(plugin, &case).await.err());
            if going == Going::ToTheFirst && !failed.is_empty() {
                break;
            }
        }
        Ok(())
    };
    let ended = tokio::time::timeout(wall, trial).await;
    let ended = ended.unwrap_or_else(|_| Err(format!("its cases took more than {wall:?}")));
    failed.extend(ended.err());
    failed.into_iter().map(|why| format!("its self-test failed: {why}")).collect()
}

/// How many cases the plugin carries; `None` if it carries none at all.
///
/// # Errors
/// Why they cannot be had.
pub(super) async fn count(plugin: &Loaded) -> Result<Option<usize>, String> {
    let carrier = Carrier::of(plugin);
    let Some(text) = carrier.carried().await? else { return Ok(None) };
    Ok(Some(cases::read(&text, carrier.kind, MOST_CASES)?.len()))
}

async fn try_one(plugin: &Loaded, case: &Case) -> Result<(), String> {
    let said = |why: String| format!("case {:?}: {why}", case.name);
    let (differences, _) = compared(plugin, case, Wanted::Differences)
        .await
        .map_err(|fault| said(format!("{}: {}", fault.kind, fault.detail)))?;
    if differences.is_empty() { Ok(()) } else { Err(said(differences.join("; "))) }
}

/// A component that may carry cases.
struct Carrier<'p> {
    caller: &'p Caller,
    kind: Kind,
    pre: &'p InstancePre<Guest>,
}

impl<'p> Carrier<'p> {
    fn of(plugin: &'p Loaded) -> Self {
        match plugin {
            Loaded::Strategy(strategy) => {
                Self { caller: &strategy.caller, kind: strategy.manifest.kind, pre: strategy.evaluation.instance_pre() }
            }
            Loaded::Channel(channel) => {
                Self { caller: &channel.caller, kind: Kind::Channel, pre: channel.pre.instance_pre() }
            }
        }
    }

    /// Its cases; `None` where it carries none.
    async fn carried(&self) -> Result<Option<String>, String> {
        match self.pre.component().get_export_index(None, INTERFACE) {
            Some(interface) => self.cases(interface).await.map(Some),
            None => Ok(None),
        }
    }

    async fn cases(&self, interface: ComponentExportIndex) -> Result<String, String> {
        let Self { caller, pre, .. } = self;
        let cases = async |store: &mut Store<Guest>| {
            let index = pre.component().get_export_index(Some(&interface), "cases");
            let index = index.ok_or_else(|| format_err!("{INTERFACE} has no function `cases`"))?;
            let instance = pre.instantiate_async(&mut *store).await?;
            let cases = instance.get_typed_func::<(), (String,)>(&mut *store, index)?;
            Ok(cases.call_async(store, ()).await?.0)
        };
        let text = caller.call(caller.limits.strategy_wall, Lent::default(), cases).await;
        let text = text.map_err(|fault| format!("`cases`: {}: {}", fault.kind, fault.detail))?;
        if text.len() > MOST_BYTES {
            return Err(format!("`cases` gives {} bytes, at most {MOST_BYTES} are allowed", text.len()));
        }
        Ok(text)
    }
}

//! What a plugin says should come of calls, tried before it serves.
//!
//! A component may export `nudged:plugin/self-test` beside its world's interfaces; `wit/v0.1/self-test.wit` says what a
//! case looks like. Each case is a call like any other, with the plugin's own limits. A plugin that fails one is refused,
//! so that its predecessor keeps serving.

mod case;
mod expected;
mod item;

use serde_json::Value;
use wasmtime::{
    Store,
    component::{ComponentExportIndex, InstancePre},
    format_err,
};

use self::case::Case;
use super::{
    Strategy,
    admission::Loaded,
    call::Caller,
    guest::{Guest, Lent},
    parameters::parameters_fit,
    strategy::LoadedStrategy,
};
use crate::model::Manifest;

/// The export that is looked for.
const INTERFACE: &str = "nudged:plugin/self-test@0.1.0";

/// Bytes of all cases: what people write by hand is a hundredth of it.
const MOST_BYTES: usize = 1 << 20;

/// Bytes of one case's parameters, as JSON: the plugin gives them and the schema, and one is held against the other
/// where other work waits.
const PARAMETERS_BYTES: usize = 16 << 10;

/// Arrays and objects within each other in one case's parameters.
const PARAMETERS_DEPTH: usize = 16;

/// Wall limits of a batch that all cases together may take: a plugin is admitted while others wait to be.
const WALLS: u32 = 10;

/// Runs the fixtures that the plugin carries, if any.
///
/// # Errors
/// Which case failed, what was expected and what came.
pub(super) async fn run(plugin: &Loaded) -> Result<(), String> {
    match plugin {
        Loaded::Strategy(strategy) => {
            let pre = strategy.evaluation.instance_pre();
            match pre.component().get_export_index(None, INTERFACE) {
                Some(interface) => try_all(strategy, interface).await,
                None => Ok(()),
            }
        }
        Loaded::Channel(channel) => match channel.pre.instance_pre().component().get_export_index(None, INTERFACE) {
            Some(_) => Err(format!(
                "exports {INTERFACE}, but this daemon tries the cases of strategies alone: leave the export out of a channel"
            )),
            None => Ok(()),
        },
    }
}

/// How many cases the plugin carries; `None` if it carries none at all.
///
/// # Errors
/// Why they cannot be had.
pub(super) async fn count(plugin: &Loaded) -> Result<Option<usize>, String> {
    let (pre, caller) = match plugin {
        Loaded::Strategy(strategy) => (strategy.evaluation.instance_pre(), &strategy.caller),
        Loaded::Channel(channel) => (channel.pre.instance_pre(), &channel.caller),
    };
    let Some(interface) = pre.component().get_export_index(None, INTERFACE) else { return Ok(None) };
    let text = carried(caller, pre, interface).await?;
    let cases: Vec<serde::de::IgnoredAny> =
        serde_json::from_str(&text).map_err(|error| format!("the cases are not a JSON array: {error}"))?;
    Ok(Some(cases.len()))
}

async fn try_all(strategy: &LoadedStrategy, interface: ComponentExportIndex) -> Result<(), String> {
    let wall = strategy.caller.limits.strategy_wall * WALLS;
    let trial = async {
        let text = carried(&strategy.caller, strategy.evaluation.instance_pre(), interface).await?;
        for case in case::read(&text, strategy.manifest.kind)? {
            try_one(strategy, case).await?;
        }
        Ok(())
    };
    let ended = tokio::time::timeout(wall, trial).await;
    ended.unwrap_or_else(|_| Err(format!("its cases took more than {wall:?}"))).map_err(told)
}

fn told(why: String) -> String {
    format!("its self-test failed: {why}")
}

/// The cases as the plugin gives them.
async fn carried(caller: &Caller, pre: &InstancePre<Guest>, interface: ComponentExportIndex) -> Result<String, String> {
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

async fn try_one(strategy: &LoadedStrategy, case: Case) -> Result<(), String> {
    let said = |why: String| format!("case {:?}: {why}", case.name);
    fits(&case, &strategy.manifest).map_err(said)?;
    let answer = strategy.evaluate(case.items.clone(), &case.context).await;
    let findings = answer.map_err(|fault| said(format!("{}: {}", fault.kind, fault.detail)))?;
    expected::compare(&case.expected, &case.items, &findings).map_err(said)
}

/// Parameters that no reminder could have prove nothing.
fn fits(case: &Case, manifest: &Manifest) -> Result<(), String> {
    let parameters = &case.context.parameters;
    if !shallow(parameters, PARAMETERS_DEPTH) {
        return Err(format!("its parameters are nested more than {PARAMETERS_DEPTH} deep"));
    }
    let bytes = parameters.to_string().len();
    if bytes > PARAMETERS_BYTES {
        return Err(format!("its parameters are {bytes} bytes, at most {PARAMETERS_BYTES} are allowed"));
    }
    parameters_fit(manifest, parameters).map_err(|why| format!("parameters do not fit the schema: {why}"))
}

/// Whether nothing in the value is nested deeper than so many arrays and objects.
fn shallow(value: &Value, depth: usize) -> bool {
    let mut parts: Box<dyn Iterator<Item = &Value>> = match value {
        Value::Array(parts) => Box::new(parts.iter()),
        Value::Object(fields) => Box::new(fields.values()),
        _ => return true,
    };
    depth > 0 && parts.all(|part| shallow(part, depth - 1))
}

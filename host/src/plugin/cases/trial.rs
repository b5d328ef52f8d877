//! A case tried on a plugin.

use std::sync::Arc;

use serde_json::Value;

use super::{Case, Question, channel, findings, otherside::OtherSide, sending, strategy};
use crate::{
    model::{Fault, Manifest},
    plugin::{
        Admission, Channel, Said, Strategy, admission::Loaded, channel::LoadedChannel, guest::Heard,
        parameters::parameters_fit, strategy::LoadedStrategy,
    },
};

/// Bytes of one case's parameters, as JSON: the plugin gives them and the schema, and one is held against the other
/// where other work waits.
const PARAMETERS_BYTES: usize = 16 << 10;

/// Arrays and objects within each other in one case's parameters.
const PARAMETERS_DEPTH: usize = 16;

/// What is wanted of a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::plugin) enum Wanted {
    /// What came otherwise than expected.
    Differences,
    /// Also what would have been expected rightly.
    Fitting,
}

/// What came of a case.
#[derive(Debug, Clone)]
pub struct Trial {
    /// What came otherwise than expected, a line each.
    pub differences: Vec<String>,
    /// How the plugin failed, if it did.
    pub fault: Option<Fault>,
    /// What the case's `expect` has to be for it to pass; none after a fault, or where the case itself is wrong.
    pub fitting: Option<Value>,
    /// What the plugin logged.
    pub said: Vec<Said>,
}

/// What came otherwise than expected, and what would have been expected rightly.
type Compared = (Vec<String>, Option<Value>);

impl Trial {
    /// Whether all came as it was expected.
    pub fn passed(&self) -> bool {
        self.fault.is_none() && self.differences.is_empty()
    }
}

impl Admission {
    /// Tries a case. It counts for nothing else: no quarantine follows, and nothing leaves the machine.
    pub async fn try_case(&self, case: &Case) -> Trial {
        let heard = Heard::default();
        let compared = compared(&self.on_trial(&heard), case, Wanted::Fitting).await;
        let said = heard.lines();
        match compared {
            Ok((differences, fitting)) => Trial { differences, fault: None, fitting, said },
            Err(fault) => Trial { differences: Vec::new(), fault: Some(fault), fitting: None, said },
        }
    }
}

/// Tries a case on a plugin of its kind.
///
/// # Errors
/// The plugin's fault.
pub(in crate::plugin) async fn compared(plugin: &Loaded, case: &Case, wanted: Wanted) -> Result<Compared, Fault> {
    let manifest = match plugin {
        Loaded::Strategy(strategy) => strategy.manifest(),
        Loaded::Channel(channel) => channel.manifest(),
    };
    if let Err(why) = fits(case.parameters(), manifest) {
        return Ok((vec![why], None));
    }
    match (plugin, &case.question) {
        (Loaded::Strategy(strategy), Question::Strategy(question)) => {
            ask(strategy, question, &case.expect, wanted).await
        }
        (Loaded::Channel(channel), Question::Channel(question)) => send(channel, question, &case.expect, wanted).await,
        _ => Ok((vec!["is a case of a plugin of another kind".to_owned()], None)),
    }
}

async fn ask(
    strategy: &LoadedStrategy,
    question: &strategy::Question,
    expect: &Value,
    wanted: Wanted,
) -> Result<Compared, Fault> {
    let strategy::Question { items, context } = question;
    let came = findings::written(items, &strategy.ask(Arc::clone(items), context).await?);
    let expected = expect.as_array().map(Vec::as_slice).unwrap_or_default();
    let fitting = (wanted == Wanted::Fitting).then(|| findings::blessed(expected, &came));
    Ok((findings::compare(expected, items, &came), fitting))
}

async fn send(
    channel: &LoadedChannel,
    question: &channel::Question,
    expect: &Value,
    wanted: Wanted,
) -> Result<Compared, Fault> {
    let other = Arc::new(OtherSide::answering(&question.answers));
    let sent = channel.rehearse(Arc::clone(&question.notification), question.ways(&other)).await?;
    let mut noted = other.noted();
    if let Some(misfit) = &noted.misfit {
        return Ok((vec![misfit.clone()], None));
    }
    let as_json = |index| wanted == Wanted::Fitting || sending::names_json(expect, index);
    let came = sending::written(&sent, &mut noted, as_json);
    let fitting = (wanted == Wanted::Fitting).then(|| sending::blessed(expect, &came));
    Ok((sending::compare(expect, &came), fitting))
}

/// Parameters that no reminder could have prove nothing.
fn fits(parameters: &Value, manifest: &Manifest) -> Result<(), String> {
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

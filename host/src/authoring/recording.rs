//! Cases made of the items of a real scan, redacted.

use anyhow::{bail, ensure};
use serde_json::{Value, json};

use super::{Redactor, pretty::pretty};
use crate::{
    model::{Instant, Item, Manifest},
    plugin::{
        Admission, Context,
        cases::{self, write_item},
    },
};

/// Items of a case: one that differs is then found without reading thousands.
const BATCH: usize = 100;

/// Makes cases of the items that a strategy was handed, and what it finds on them once they are redacted.
pub struct Recording<'a> {
    /// The strategy.
    pub admission: &'a Admission,
    /// What it was told beside the items.
    pub context: &'a Context,
    /// When this happens, for the name of the first case.
    pub recorded: Instant,
}

impl Recording<'_> {
    /// A file of cases about these items.
    ///
    /// # Errors
    /// If there are no items, or the plugin fails on them.
    pub async fn of(&self, items: &[Item], redactor: &mut Redactor) -> anyhow::Result<String> {
        ensure!(!items.is_empty(), "there is nothing to record: the strategy is handed no items");
        let items = redactor.items(items);
        let mut recorded = Vec::with_capacity(items.len().div_ceil(BATCH));
        for (index, batch) in items.chunks(BATCH).enumerate() {
            let case = self.case(index * BATCH, batch, redactor);
            recorded.push(self.expecting(case).await?);
        }
        Ok(pretty(&Value::Array(recorded), 0, 4, 0) + "\n")
    }

    fn case(&self, before: usize, batch: &[Item], redactor: &mut Redactor) -> Value {
        let Context { now, today, parameters, attributes } = self.context;
        let mut case = json!({ "name": self.name(before, batch.len()), "now": now, "today": today });
        if parameters.as_object().is_some_and(|parameters| !parameters.is_empty()) {
            case["parameters"] = redactor.parameters(parameters, &self.admission.manifest.parameters);
        }
        if !attributes.is_empty() {
            case["attributes"] = attributes.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        }
        case["items"] = batch.iter().map(write_item).collect();
        case["expect"] = json!([]);
        case
    }

    /// The first case says what all of them are of.
    fn name(&self, before: usize, count: usize) -> String {
        let items = format!("items {} to {}", before + 1, before + count);
        let Manifest { name, version, .. } = &self.admission.manifest;
        let at = self.recorded.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        match before {
            0 => format!("recorded {at} with {name} {version} ({}): {items}", &self.admission.digest[..12]),
            _ => items,
        }
    }

    /// The case with what the plugin finds when it is tried, as it will be read.
    async fn expecting(&self, mut case: Value) -> anyhow::Result<Value> {
        let text = json!([case]).to_string();
        let cases = cases::read(&text, self.admission.manifest.kind, 1).map_err(anyhow::Error::msg)?;
        for read in &cases {
            let trial = self.admission.try_case(read).await;
            match (trial.fault, trial.fitting) {
                (None, Some(expect)) => case["expect"] = expect,
                (Some(fault), _) => bail!("{} fails on {}: {fault}", fault.plugin, read.name),
                (None, None) => bail!("{}: {}", read.name, trial.differences.join("; ")),
            }
        }
        Ok(case)
    }
}

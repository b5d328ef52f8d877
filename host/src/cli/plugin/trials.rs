//! What commands that try cases have in common: finding the component, and showing what came.

use std::path::{Path, PathBuf};

use anyhow::ensure;
use serde_json::{Value, json};

use crate::{
    authoring::CaseFile,
    cli::{Failure, Format, output::line},
    model::Kind,
    plugin::{Admission, cases::Trial},
};

/// The component of a file or of a plugin's folder, which is built first if need be. The cases that it carries are not
/// tried.
///
/// # Errors
/// If there is none, or a daemon would refuse it.
pub(super) async fn load(plugin: &Path, config: Option<&Path>) -> Result<Admission, Failure> {
    let workbench = super::workbench(config)?;
    let file = super::component(plugin.to_owned()).await?;
    let seen = workbench.look(&file).await;
    Ok(workbench.admission(seen)?)
}

/// The files of cases that are named.
///
/// # Errors
/// If one cannot be read, or no case is in any of them: then nothing would be tried, and all would seem well.
pub(super) fn files(named: &[PathBuf], kind: Kind) -> anyhow::Result<Vec<CaseFile>> {
    let files = named.iter().map(|path| CaseFile::read(path, kind)).collect::<anyhow::Result<Vec<_>>>()?;
    let shown = || named.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
    ensure!(files.iter().any(|file| !file.cases.is_empty()), "{}: no cases in it: nothing was tried", shown());
    Ok(files)
}

/// What became of one case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Same,
    Changed,
    Fault,
    /// It was changed, and the file now says so.
    Blessed,
}

impl Verdict {
    pub(super) fn of(trial: &Trial) -> Self {
        match () {
            () if trial.fault.is_some() => Self::Fault,
            () if trial.passed() => Self::Same,
            () => Self::Changed,
        }
    }

    /// The word that a line of text begins with.
    fn word(self) -> &'static str {
        match self {
            Self::Same => "ok",
            Self::Changed | Self::Fault => "FAIL",
            Self::Blessed => "new",
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::Same => "ok",
            Self::Changed => "changed",
            Self::Fault => "fault",
            Self::Blessed => "blessed",
        }
    }
}

/// Shows what became of a case of this file.
pub(super) fn show(file: &CaseFile, name: &str, trial: &Trial, verdict: Verdict, format: Format) {
    match format {
        Format::Text => text(name, trial, verdict).iter().for_each(|text| line(text)),
        Format::Json => line(&object(file, name, trial, verdict).to_string()),
    }
}

/// `FAIL name: the first difference`, the others and what the plugin logged below it.
fn text(name: &str, trial: &Trial, verdict: Verdict) -> Vec<String> {
    let fault = trial.fault.as_ref().map(|fault| format!("{}: {}", fault.kind, fault.detail));
    let mut why = fault.iter().chain(&trial.differences);
    let first = why.next().map(|why| format!(": {why}")).unwrap_or_default();
    let mut lines = vec![format!("{:<4} {name}{first}", verdict.word())];
    lines.extend(why.map(|why| format!("     {why}")));
    for said in &trial.said {
        lines.extend(said.message.lines().map(|message| format!("     {}: {message}", said.level)));
    }
    lines
}

fn object(file: &CaseFile, name: &str, trial: &Trial, verdict: Verdict) -> Value {
    let log: Vec<_> = trial.said.iter().map(|said| json!({ "level": said.level, "message": said.message })).collect();
    let fault = trial.fault.as_ref().map(|fault| json!({ "kind": fault.kind.to_string(), "detail": fault.detail }));
    json!({
        "case": name, "file": file.path, "result": verdict.code(), "differences": trial.differences, "fault": fault,
        "log": log,
    })
}

/// How many cases of each verdict there were.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) same: usize,
    pub(super) changed: usize,
    pub(super) faults: usize,
    pub(super) blessed: usize,
}

impl Tally {
    pub(super) fn count(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Same => self.same += 1,
            Verdict::Changed => self.changed += 1,
            Verdict::Fault => self.faults += 1,
            Verdict::Blessed => self.blessed += 1,
        }
    }

    /// Whether nothing failed.
    pub(super) fn is_well(&self) -> bool {
        self.changed + self.faults == 0
    }

    pub(super) fn object(&self) -> Value {
        let Self { same, changed, faults, blessed } = self;
        json!({ "summary": { "ok": same, "changed": changed, "faults": faults, "blessed": blessed } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{Fault, FaultKind},
        plugin::Said,
    };

    fn trial(differences: &[&str], fault: Option<FaultKind>) -> Trial {
        let (plugin, digest, detail) = ("echo".to_owned(), "0123456789ab".to_owned(), "panicked".to_owned());
        Trial {
            differences: differences.iter().map(|text| (*text).to_owned()).collect(),
            fault: fault.map(|kind| Fault { plugin, digest, kind, detail }),
            fitting: None,
            said: vec![Said { level: "warn", message: "one\ntwo".to_owned() }],
        }
    }

    #[test]
    fn a_failure_says_why_and_what_the_plugin_said() {
        let failed = trial(&["first", "second"], None);
        let expected = ["FAIL a case: first", "     second", "     warn: one", "     warn: two"];
        assert_eq!(text("a case", &failed, Verdict::of(&failed)), expected);
        let faulty = trial(&[], Some(FaultKind::Trap));
        assert_eq!(text("a case", &faulty, Verdict::of(&faulty))[0], "FAIL a case: trap: panicked");
        let well = trial(&[], None);
        assert_eq!(text("a case", &well, Verdict::of(&well))[0], "ok   a case");
        assert_eq!(text("a case", &failed, Verdict::Blessed)[0], "new  a case: first");
    }
}

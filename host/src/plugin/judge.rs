//! Whether an admitted generation takes the place of the one that serves.

use std::sync::Arc;

use super::{
    Difference, Registry,
    admission::{Admission, Refusal},
    grants::{Asked, Grants},
    parameters::unfit,
    serving::{Serving, Waiting},
    shadow,
};

/// What becomes of a new generation.
pub(super) enum Verdict {
    /// It serves.
    Serves(Box<Admission>, Option<Arc<Difference>>),
    /// It waits for the operator.
    Waits(Box<Waiting>, Option<Arc<Difference>>),
    /// It cannot serve.
    Refused(Refusal),
}

impl Registry {
    /// Why this generation would not serve if its file were put where the one is that serves under its name, each with
    /// what would mend it; none if it would. Nothing is changed.
    pub async fn objections(&self, admission: Admission) -> Vec<String> {
        let serving = self.snapshot();
        let place = serving.plugins.get(&admission.manifest.name).map(|one| one.admission.file.clone());
        let admission = match place {
            Some(file) => admission.moved(file),
            None => admission,
        };
        match self.judge(admission).await {
            Verdict::Serves(..) => Vec::new(),
            Verdict::Waits(waiting, _) => waiting.why,
            Verdict::Refused(refusal) => vec![refusal.reason],
        }
    }

    /// Holds a new generation against the one that serves under its name and against the configuration.
    pub(super) async fn judge(&self, admission: Admission) -> Verdict {
        let (setting, serving) = (self.setting(), self.snapshot());
        let name = &admission.manifest.name;
        let before = serving.plugins.get(name).map(|generation| &generation.admission);
        let uses = |name: &str| setting.uses.get(name).map(Vec::as_slice).unwrap_or_default();
        if let Some(reason) = renamed(&admission, &serving, |name| !uses(name).is_empty()) {
            return Verdict::Refused(Refusal { file: admission.file, reason, passing: false });
        }
        if before.is_some_and(|before| before.digest == admission.digest) {
            return Verdict::Serves(Box::new(admission), None);
        }
        if let Some(reason) = before.and_then(|before| unfit(&admission.manifest, &before.manifest, uses(name))) {
            return Verdict::Refused(Refusal { file: admission.file, reason, passing: false });
        }
        let grant = setting.config.grants.get(name).cloned().unwrap_or_default();
        // What a manifest asks for was read once at admission.
        let asked = |one: &Admission| Asked::of(&one.manifest).unwrap_or_default();
        let mut why = Grants::new(&grant).more(before.map(asked).as_ref(), &asked(&admission), &admission.digest);
        let mut releasable = why.is_empty();
        let difference = match before.filter(|_| setting.config.shadow) {
            Some(before) => shadow::run(before, &admission, &self.recents, &self.clock).await.map(Arc::new),
            None => None,
        };
        let known = self.good.as_ref().filter(|_| setting.config.shadow && before.is_some());
        let known = known.and_then(|good| good.why_held(&admission.file, &admission.digest));
        why.extend(difference.as_deref().and_then(Difference::worse).or(known));
        if setting.config.hold && before.is_some() {
            why.push(format!("plugins.hold is on: `nudged plugin release {name}` has it serve"));
        }
        if why.is_empty() {
            return Verdict::Serves(Box::new(admission), difference);
        }
        releasable &= before.is_some();
        Verdict::Waits(Box::new(Waiting { admission, why, releasable }), difference)
    }
}

/// Why a file may not give another plugin's name than it did: somebody uses the one that it gave, or another file gives the
/// new one. Such a file was hardly meant to be where it is.
fn renamed(new: &Admission, serving: &Serving, used: impl Fn(&str) -> bool) -> Option<String> {
    let old = &serving.files.get(&new.file)?.serves.as_ref()?.admission.manifest.name;
    let name = &new.manifest.name;
    if old == name {
        return None;
    }
    let taken = serving.plugins.get(name).map(|generation| &generation.admission.file);
    match taken.filter(|file| **file != new.file) {
        Some(file) => Some(format!("gives the name {name}, which {file} already serves; it goes on serving {old}")),
        None => used(old).then(|| {
            format!("gives the name {name}, but the configuration uses {old}, which it served and goes on serving")
        }),
    }
}

//! Whether an admitted generation takes the place of the one that serves.

use std::sync::Arc;

use super::{
    Difference, Registry,
    admission::{Admission, Refusal},
    grants::{Asked, Grants},
    parameters::unfit,
    serving::Waiting,
    shadow,
};

/// What becomes of a new generation.
pub(super) enum Verdict {
    /// It serves.
    Serves(Box<Admission>, Option<Arc<Difference>>),
    /// It waits for the operator.
    Waits(Waiting, Option<Arc<Difference>>),
    /// It cannot serve.
    Refused(Refusal),
}

impl Registry {
    /// Holds a new generation against the one that serves under its name and against the configuration.
    pub(super) async fn judge(&self, admission: Admission) -> Verdict {
        let (setting, serving) = (self.setting(), self.snapshot());
        let name = &admission.manifest.name;
        let before = serving.plugins.get(name).map(|generation| &generation.admission);
        if before.is_some_and(|before| before.digest == admission.digest) {
            return Verdict::Serves(Box::new(admission), None);
        }
        let uses = setting.uses.get(name).map(Vec::as_slice).unwrap_or_default();
        if let Some(reason) = before.and_then(|before| unfit(&admission.manifest, &before.manifest, uses)) {
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
        if let Some(text) = difference.as_deref().and_then(Difference::worse) {
            why.push(text);
        }
        if setting.config.hold && before.is_some() {
            why.push(format!("plugins.hold is on: `nudged plugin release {name}` has it serve"));
        }
        if why.is_empty() {
            return Verdict::Serves(Box::new(admission), difference);
        }
        releasable &= before.is_some();
        Verdict::Waits(Waiting { admission, why, releasable }, difference)
    }
}

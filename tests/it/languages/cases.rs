//! Plugins in each language on cases: each template on its own, and a channel that sends in every way there is.

use std::path::{Path, PathBuf};

use nudged::{
    authoring::{CaseFile, Language},
    config::Limits,
    model::Kind,
};
use nudged_tests::admit;

use super::{in_each_language, memory, workshop::Bench};

in_each_language! {
    every_template_passes_its_cases: super::templates;
    a_channel_sends_in_every_way_there_is: super::every_way;
}

/// Tries a component on cases, under the limits that README.md names, and returns how many there were.
async fn passes(language: Language, component: &Path, cases: &Path, kind: Kind) -> usize {
    let limits = Limits { memory: memory(language), ..Limits::default() };
    let admission = admit(component, limits).await.unwrap_or_else(|refusal| panic!("{kind:?}: {refusal}"));
    let cases = CaseFile::read(cases, kind).expect("cases").cases;
    for case in &cases {
        let trial = admission.try_case(case).await;
        assert!(trial.passed(), "{kind:?}: {}: {trial:#?}", case.name);
    }
    cases.len()
}

/// The cases that a new plugin of this kind comes with.
fn template_cases(kind: Kind) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../host/templates/cases");
    let mut files = folder.join(kind.world()).join("cases").read_dir().expect("a folder of cases");
    let only = files.next().expect("a file of cases").expect("an entry").path();
    assert!(files.next().is_none(), "a template has one file of cases");
    only
}

async fn templates(language: Language) {
    for kind in [Kind::ShareStrategy, Kind::StackStrategy, Kind::RecordStrategy, Kind::Channel] {
        let Some(component) = Bench::of(language).lock().await.component(kind) else { return };
        assert!(passes(language, &component, &template_cases(kind), kind).await > 0);
    }
}

async fn every_way(language: Language) {
    let source = match language {
        Language::Python => include_str!("ways.py"),
        _ => include_str!("ways.js"),
    };
    let Some(component) = Bench::of(language).lock().await.component_of(Kind::Channel, source) else { return };
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("it/languages/ways.json");
    assert_eq!(passes(language, &component, &cases, Kind::Channel).await, 7);
}

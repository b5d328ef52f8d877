//! Components on an author's desk: admitted, but serving nobody.

use std::{env, io::Write, path::Path, sync::Arc};

use nudged::{
    clock::SystemClock,
    config::{Limits, PluginsConfig},
    plugin::{Admission, Refusal, Workbench},
};

use crate::{code_cache, compiler};

/// Set where a language whose tools cannot be had is a failure.
const REQUIRED: &str = "NUDGED_TEST_LANGUAGES";

/// Admits a component as a daemon with these limits does, with the compiled code that the tests share.
///
/// # Errors
/// Why it is refused.
///
/// # Panics
/// If there is no workbench.
pub async fn admit(file: &Path, limits: Limits) -> Result<Admission, Refusal> {
    let config = PluginsConfig { cache: code_cache(), limits, ..PluginsConfig::default() };
    let workbench = Workbench::new(compiler(), &config, Arc::new(SystemClock)).expect("a workbench");
    workbench.admit(file).await
}

/// Whether a test that cannot be run without a language's tools is to fail.
pub fn tools_are_required() -> bool {
    env::var_os(REQUIRED).is_some()
}

/// Says loudly that this is not tried, since the tools of a language cannot be had: not by `eprintln`, which the test
/// harness keeps to itself.
///
/// # Panics
/// Where they have to be there: `NUDGED_TEST_LANGUAGES` is set.
pub fn without_tools(what: &str, why: &str) {
    assert!(!tools_are_required(), "{what}: {why}");
    // Whoever cannot hear it is not to fail of it.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {what}: {why} ({REQUIRED}=1 makes this a failure)");
}

//! Cases: trying, blessing, recording and replaying them.

mod bless;
mod record;
mod redaction;
mod test;

use std::{path::Path, process::Stdio};

use nudged::{
    config::PluginsConfig,
    plugin::{Admission, Workbench},
};
use nudged_tests::{Done, binary, code_cache, compiler};
use serde_json::Value;
use tokio::process::Command;

/// Runs `nudged plugin` with these arguments in this folder.
async fn plugin(folder: &Path, arguments: &[&str]) -> Done {
    let mut command = Command::new(binary());
    command.arg("plugin").args(arguments).current_dir(folder).stdin(Stdio::null()).kill_on_drop(true);
    command.env("XDG_CACHE_HOME", code_cache()).env_remove("NUDGED_LOG");
    let output = command.output().await.expect("it starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Done { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// Admits a component as the commands do.
async fn admitted(file: &Path) -> Admission {
    let config = PluginsConfig { cache: code_cache(), ..PluginsConfig::default() };
    let workbench = Workbench::new(compiler(), &config, std::sync::Arc::new(nudged::clock::SystemClock));
    let admitted = workbench.expect("a workbench").admit(file).await;
    admitted.unwrap_or_else(|refusal| panic!("{refusal}"))
}

/// Each line of the output as JSON.
fn objects(done: &Done) -> Vec<Value> {
    done.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// A path as an argument.
fn argument(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

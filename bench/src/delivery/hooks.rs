//! Webhooks: to a listener of ours, against `wrk`.

use std::{
    path::PathBuf,
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context, Result, bail, ensure};
use axum::body::Bytes;
use serde_json::json;
use tempfile::TempDir;
use tokio::process::Command;

use super::{listener::Listener, load::Load, outbox::Template, place::Kind};
use crate::bench::Bench;

/// The listener, and what is posted to it.
pub(crate) struct Hooks<'b> {
    bench: &'b Bench,
    template: &'b Template,
    listener: Listener,
    last: Arc<Mutex<Bytes>>,
    folder: TempDir,
}

impl<'b> Hooks<'b> {
    /// Starts the listener.
    ///
    /// # Errors
    /// If there is no `wrk`, or no port.
    pub(crate) async fn start(bench: &'b Bench, template: &'b Template) -> Result<Self> {
        bench.tool("wrk")?;
        let last = Arc::new(Mutex::new(Bytes::new()));
        let kept = Arc::clone(&last);
        let listener = Listener::start(move |body| {
            *kept.lock().unwrap_or_else(PoisonError::into_inner) = body.clone();
        });
        let folder = tempfile::Builder::new().prefix("hooks-").tempdir_in(&bench.scratch)?;
        Ok(Self { bench, template, listener: listener.await?, last, folder })
    }

    /// nudged's way to the listener.
    pub(crate) fn load(&self) -> Load<'_> {
        Load {
            bench: self.bench,
            notice: &self.template.notice,
            name: "events",
            channel: json!({ "plugin": "webhook", "parameters": { "url": self.listener.url() } }),
            more: granted(&self.listener),
        }
    }

    /// Has nudged post one notice, and writes a script by which `wrk` posts the same body.
    ///
    /// # Errors
    /// If nudged fails.
    pub(crate) async fn script(&self) -> Result<Script> {
        self.load().run(Kind::Sqlite, 1, 1).await?;
        let body = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        ensure!(!body.is_empty(), "the listener has heard nothing");
        let (file, lua) = (self.folder.path().join("body"), self.folder.path().join("post.lua"));
        std::fs::write(&file, &body)?;
        std::fs::write(&lua, script(&file.display().to_string()))?;
        Ok(Script { lua, body: body.len() })
    }

    /// How many posts `wrk` has answered in a second, over so many connections.
    ///
    /// # Errors
    /// If it fails, or any post does.
    pub(crate) async fn wrk(&self, script: &Script, connections: usize, seconds: usize) -> Result<f64> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(connections);
        let mut command = self.bench.tool("wrk")?;
        command.args(["-t", &threads.to_string(), "-c", &connections.to_string(), "-d", &format!("{seconds}s"), "-s"]);
        command.arg(&script.lua).arg(self.listener.url());
        let mut command = Command::from(command);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let done = command.spawn()?.wait_with_output().await?;
        ensure!(done.status.success(), "wrk: {}", String::from_utf8_lossy(&done.stderr));
        rate(&String::from_utf8_lossy(&done.stdout))
    }
}

/// What a plugin must be granted to post to this listener.
pub(crate) fn granted(listener: &Listener) -> serde_json::Value {
    json!({ "plugins": { "grants": { "webhook": { "http": [listener.origin], "networks": ["127.0.0.0/8"] } } } })
}

/// What `wrk` posts.
pub(crate) struct Script {
    lua: PathBuf,
    /// Size of the body, in bytes.
    pub(crate) body: usize,
}

fn script(file: &str) -> String {
    format!(
        "local file = io.open({file:?}, \"rb\")\n\
         wrk.method = \"POST\"\n\
         wrk.body = file:read(\"*a\")\n\
         wrk.headers[\"Content-Type\"] = \"application/json\"\n\
         file:close()\n"
    )
}

/// Reads what `wrk` prints. It ends well whatever was answered.
fn rate(printed: &str) -> Result<f64> {
    if let Some(line) = printed.lines().find(|line| line.contains("Non-2xx") || line.contains("Socket errors")) {
        bail!("wrk: {}", line.trim());
    }
    let rate = printed.lines().find_map(|line| line.strip_prefix("Requests/sec:"));
    let rate = rate.with_context(|| format!("wrk printed no rate: {printed}"))?;
    Ok(rate.trim().parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_read_from_what_wrk_prints() {
        let printed = "Running 5s test @ http://127.0.0.1:1/\n  10 requests in 5.00s, 1.2KB read\n\
                       Requests/sec:  21034.56\nTransfer/sec:      1.20MB\n";
        assert_eq!(rate(printed).expect("a rate"), 21034.56);
    }

    #[test]
    fn a_post_that_was_refused_is_no_rate() {
        let printed = "  Non-2xx or 3xx responses: 7\nRequests/sec:  21034.56\n";
        assert!(rate(printed).expect_err("refused").to_string().contains("Non-2xx or 3xx responses: 7"));
    }
}

//! Mails: to Postfix's `smtp-sink`, against Postfix's `smtp-source`.

use std::{path::PathBuf, process::Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tempfile::TempDir;
use tokio::{process::Command, time::Instant};

use super::{load::Load, outbox::Template, server::Server};
use crate::bench::Bench;

/// Connections waiting to be accepted.
const BACKLOG: &str = "1024";

/// The sink, and what is sent to it.
pub(crate) struct Mails<'b> {
    bench: &'b Bench,
    template: &'b Template,
    sink: Server,
    file: PathBuf,
    _folder: TempDir,
}

/// Whether a client keeps its connections for the next mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Connections {
    /// As nudged does.
    Kept,
    /// One for each mail, as `smtp-source` does without `-d`.
    New,
}

impl<'b> Mails<'b> {
    /// Starts the sink.
    ///
    /// # Errors
    /// If there is none, or it does not start.
    pub(crate) async fn start(bench: &'b Bench, template: &'b Template) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("mail-").tempdir_in(&bench.scratch)?;
        let file = std::path::absolute(folder.path().join("mail"))?;
        std::fs::write(&file, &template.mail)?;
        // Both or none: without the other there is nothing to hold it against.
        bench.tool("smtp-source")?;
        let sink = Server::start(|port| {
            let mut sink = bench.tool("smtp-sink")?;
            if rustix::process::geteuid().is_root() {
                sink.args(["-u", "nobody"]);
            }
            sink.args([&format!("127.0.0.1:{port}"), BACKLOG]);
            Ok(sink)
        });
        Ok(Self { bench, template, sink: sink.await?, file, _folder: folder })
    }

    /// nudged's way to the sink.
    pub(crate) fn load(&self) -> Load<'_> {
        let url = format!("smtp://127.0.0.1:{}", self.sink.port);
        Load {
            bench: self.bench,
            notice: &self.template.notice,
            name: "email",
            channel: json!({ "from": "nudged <nudged@example.com>", "smtp": { "url": url } }),
            more: json!({}),
        }
    }

    /// How many mails `smtp-source` hands over in a second: the same mail each time.
    ///
    /// # Errors
    /// If it fails.
    pub(crate) async fn source(&self, connections: usize, how: Connections, count: usize) -> Result<f64> {
        let mut command = self.bench.tool("smtp-source")?;
        command.args(["-s", &connections.min(count).to_string(), "-m", &count.to_string()]);
        command.args(["-f", "nudged@example.com", "-t", "reader@example.com", "-F"]).arg(&self.file);
        if how == Connections::Kept {
            command.arg("-d");
        }
        command.arg(format!("127.0.0.1:{}", self.sink.port));
        let began = Instant::now();
        run(Command::from(command)).await.context("smtp-source")?;
        Ok(count as f64 / began.elapsed().as_secs_f64())
    }
}

async fn run(mut command: Command) -> Result<()> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    let done = command.spawn()?.wait_with_output().await?;
    ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    Ok(())
}

/// Size of the mail on the wire, in bytes: lines end with CRLF there.
pub(crate) fn wire_size(template: &Template) -> usize {
    template.mail.len() + template.mail.matches('\n').count()
}

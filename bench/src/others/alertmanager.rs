//! Prometheus' Alertmanager: the same number of alerts, in as many groups, to the same listener.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tempfile::TempDir;

use crate::{bench::Bench, delivery::Server};

/// Alerts in one POST.
const BATCH: usize = 1000;

/// Templates of Debian's package.
const TEMPLATES: &str = "/usr/share/prometheus/alertmanager";

/// A running Alertmanager.
pub(super) struct Alertmanager {
    server: Server,
    _folder: TempDir,
}

impl Alertmanager {
    /// Starts one that groups by the label `receiver` and waits so long before a group is posted, first and again.
    ///
    /// # Errors
    /// If there is none, or it does not start.
    pub(super) async fn start(bench: &Bench, url: &str, wait: &str) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("alertmanager-").tempdir_in(&bench.scratch)?;
        let path = std::path::absolute(folder.path())?;
        let config = path.join("alertmanager.json");
        fs::write(&config, configuration(url, wait))?;
        let server = Server::start(|port| {
            let mut command = program(bench)?;
            command.arg(format!("--config.file={}", config.display()));
            command.arg(format!("--storage.path={}", path.display()));
            command.arg(format!("--web.listen-address=127.0.0.1:{port}"));
            command.args(["--cluster.listen-address=", "--log.level=error"]);
            Ok(command)
        });
        let server = server.await?;
        let status = server.request("GET", "/-/ready", "").await?;
        ensure!(status == 200, "Alertmanager is not ready: {status}");
        Ok(Self { server, _folder: folder })
    }

    /// Hands over so many alerts, each for one of so many receivers.
    ///
    /// # Errors
    /// If they are refused.
    pub(super) async fn post(&self, alerts: usize, groups: usize) -> Result<()> {
        let alerts: Vec<_> = (0..alerts).map(|number| alert(number, number % groups)).collect();
        for batch in alerts.chunks(BATCH) {
            let status = self.server.request("POST", "/api/v2/alerts", &json!(batch).to_string()).await?;
            ensure!(status == 200, "Alertmanager refuses alerts: {status}");
        }
        Ok(())
    }

    /// Memory that was resident at most, in bytes.
    ///
    /// # Errors
    /// If it has ended.
    pub(super) fn memory(&self) -> Result<u64> {
        let id = self.server.id().context("it has ended")?;
        let status = fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib: u64 = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).context("no VmHWM")?;
        Ok(kib * 1024)
    }
}

/// Debian's looks for its templates where its package puts them: one that was only unpacked sees them there as well.
fn program(bench: &Bench) -> Result<Command> {
    let tool = bench.tool("prometheus-alertmanager")?;
    let unpacked = Path::new(tool.get_program()).parent().map(|folder| folder.join("../share"));
    match unpacked.filter(|share| share.join("prometheus").is_dir() && !Path::new(TEMPLATES).exists()) {
        None => Ok(tool),
        Some(share) => {
            let mut command = bench.tool("unshare")?;
            command.args(["--map-root-user", "--mount", "sh", "-c", "mount --bind \"$0\" /usr/share && exec \"$@\""]);
            command.arg(share).arg(tool.get_program());
            Ok(command)
        }
    }
}

/// JSON is YAML as well.
fn configuration(url: &str, wait: &str) -> String {
    json!({
        "route": {
            "receiver": "listener", "group_by": ["receiver"],
            "group_wait": wait, "group_interval": wait, "repeat_interval": "1h",
        },
        "receivers": [{ "name": "listener", "webhook_configs": [{ "url": url, "send_resolved": false }] }],
    })
    .to_string()
}

fn alert(number: usize, group: usize) -> serde_json::Value {
    json!({
        "labels": { "alertname": "pending-share", "receiver": format!("team-{group}"), "item": format!("share:s{number}") },
        "annotations": {
            "title": format!("Share request for Dataset {number}"),
            "sentence": "role-team asks for access to this dataset, and nobody has answered yet.",
        },
        "generatorURL": format!("https://dataall.example.com/console/shares/s{number}"),
    })
}

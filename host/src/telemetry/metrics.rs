//! What is measured: every metric's name, kind and meaning, and one function for each thing that happens.
//!
//! Base units, as Prometheus wants them: seconds and bytes. Labels are names from the configuration, names of loaded
//! plugins and words of this program: nothing that the world sends becomes one. Without a recorder (see
//! [`recorder`](super::recorder)), as in every command but `run`, recording does nothing.

use std::time::Duration;

use metrics::{Unit, counter, gauge, histogram};

use super::outcomes::{ATTEMPT_OUTCOMES, NOTICE_OUTCOMES, RUN_RESULTS};
use crate::model::{FaultKind, Instant};

/// What a metric is to Prometheus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only ever grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts in buckets.
    Histogram,
}

/// One metric.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// Its name, with the unit and, on a counter, `_total` at the end.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// What it counts in.
    pub unit: Unit,
    /// What it means.
    pub help: &'static str,
}

/// Writes a constant for each metric, and [`ALL`].
macro_rules! metrics {
    ($($constant:ident = $kind:ident $name:literal in $unit:ident: $help:literal;)*) => {
        $(#[doc = $help] pub const $constant: Metric =
            Metric { name: $name, kind: Kind::$kind, unit: Unit::$unit, help: $help };)*

        /// Every metric.
        pub const ALL: &[Metric] = &[$($constant),*];
    };
}

metrics! {
    RUNS = Counter "nudged_runs_total" in Count:
        "Runs of a reminder that ended, by result: done, incomplete (tried again) or failed (tried again).";
    RUNS_MISSED = Counter "nudged_runs_missed_total" in Count:
        "Fire times of a reminder that are given up because it is too late for them.";
    FINDINGS = Gauge "nudged_findings" in Count: "Findings of a reminder in its last scan.";
    VERDICTS = Counter "nudged_verdicts_total" in Count:
        "Decisions of scans, by verdict (send, hold, drop) and reason code.";
    SCAN_SECONDS = Histogram "nudged_scan_seconds" in Seconds: "How long scans took.";
    SCAN_ROWS = Gauge "nudged_scan_rows" in Count: "Items that the last scan read.";
    NOTICES = Counter "nudged_notices_total" in Count:
        "Notices that came to their end, by outcome: delivered, rejected, dead or cancelled.";
    ATTEMPTS = Counter "nudged_attempts_total" in Count:
        "Attempts to deliver, by outcome: delivered, retry, rejected or dead.";
    ATTEMPT_SECONDS = Histogram "nudged_attempt_seconds" in Seconds: "How long attempts to deliver took.";
    OUTBOX = Gauge "nudged_outbox" in Count: "Notices in the outbox by state: queued, leased or dead.";
    OUTBOX_OLDEST = Gauge "nudged_outbox_oldest_seconds" in Seconds:
        "Age of the oldest notice that is neither sent nor given up; 0 if there is none.";
    DESTINATION_OPEN = Gauge "nudged_destination_open" in Count:
        "1 while a channel's destination counts as dead and is only probed, else 0.";
    TEMPLATE_FAILURES = Counter "nudged_template_failures_total" in Count:
        "Notices for which an operator's template failed and the channel's own wording was used.";
    PLUGIN_CALLS = Counter "nudged_plugin_calls_total" in Count: "Calls of a plugin.";
    PLUGIN_FAULTS = Counter "nudged_plugin_faults_total" in Count: "Faults of a plugin, by class.";
    PLUGIN_CALL_SECONDS = Histogram "nudged_plugin_call_seconds" in Seconds: "How long calls of a plugin took.";
    PLUGIN_MEMORY = Histogram "nudged_plugin_memory_bytes" in Bytes: "The most memory that a call of a plugin held.";
    PLUGIN_BUSY = Histogram "nudged_plugin_busy_seconds" in Seconds:
        "How long calls of a plugin held a thread; what they waited for is not in it.";
    PLUGIN_QUARANTINED = Gauge "nudged_plugin_quarantined" in Count:
        "1 while a plugin is not called because its calls failed too often in a row, else 0.";
    PLUGIN_GENERATION = Gauge "nudged_plugin_generation_info" in Count:
        "1 for the generation of a plugin that serves.";
    PLUGIN_HELD = Gauge "nudged_plugin_held" in Count:
        "1 while a newer generation of a plugin is held and does not serve, else 0.";
    PLUGIN_REFUSED = Gauge "nudged_plugin_refused_files" in Count:
        "Files in the plugins folder whose content was refused.";
    RELOAD_SUCCESS = Gauge "nudged_config_reload_success" in Count:
        "1 if the last reload of the configuration went well, 0 if the old one was kept.";
    RELOAD_SECONDS = Gauge "nudged_config_reload_seconds" in Seconds:
        "When a configuration took effect last, in seconds since 1970.";
    READY = Gauge "nudged_ready" in Count: "1 if the daemon is ready, else 0.";
    BUILD = Gauge "nudged_build_info" in Count: "1, with the version of nudged.";
    START = Gauge "process_start_time_seconds" in Seconds: "When the process started, in seconds since 1970.";
}

/// A run of a reminder ended: `done`, `incomplete` or `failed`.
pub fn run_ended(reminder: &str, result: &'static str) {
    counter!(RUNS.name, "reminder" => reminder.to_owned(), "result" => result).increment(1);
}

/// A fire time is given up.
pub fn run_missed(reminder: &str) {
    counter!(RUNS_MISSED.name, "reminder" => reminder.to_owned()).increment(1);
}

/// What a scan found for a reminder.
pub fn found(reminder: &str, findings: u64) {
    gauge!(FINDINGS.name, "reminder" => reminder.to_owned()).set(findings as f64);
}

/// What a scan decided for a reminder.
pub fn decided(reminder: &str, verdict: &'static str, code: &'static str) {
    counter!(VERDICTS.name, "reminder" => reminder.to_owned(), "verdict" => verdict, "code" => code).increment(1);
}

/// A scan ended.
pub fn scan_ended(took: Duration, rows: u64) {
    histogram!(SCAN_SECONDS.name).record(took);
    gauge!(SCAN_ROWS.name).set(rows as f64);
}

/// An attempt on a channel ended: `delivered`, `retry`, `rejected` or `dead`.
pub fn attempt_ended(channel: &str, outcome: &'static str, took: Duration) {
    counter!(ATTEMPTS.name, "channel" => channel.to_owned(), "outcome" => outcome).increment(1);
    histogram!(ATTEMPT_SECONDS.name, "channel" => channel.to_owned()).record(took);
}

/// A notice came to its end on a channel: `delivered`, `rejected`, `dead` or `cancelled`.
pub fn notice_ended(channel: &str, outcome: &'static str) {
    counter!(NOTICES.name, "channel" => channel.to_owned(), "outcome" => outcome).increment(1);
}

/// Whether a channel's destination counts as dead.
pub fn circuit(channel: &str, open: bool) {
    gauge!(DESTINATION_OPEN.name, "channel" => channel.to_owned()).set(f64::from(u8::from(open)));
}

/// An operator's template failed.
pub fn template_failed(channel: &str) {
    counter!(TEMPLATE_FAILURES.name, "channel" => channel.to_owned()).increment(1);
}

/// How many notices are in a state of the outbox: `queued`, `leased` or `dead`.
pub fn outbox(state: &'static str, notices: u64) {
    gauge!(OUTBOX.name, "state" => state).set(notices as f64);
}

/// The age of the oldest notice that is still to be sent.
pub fn oldest_unsent(age: Duration) {
    gauge!(OUTBOX_OLDEST.name).set(age.as_secs_f64());
}

/// A call of a plugin ended, one way or the other, and held a thread for `busy`; `memory` is the most that it held, in bytes.
pub fn plugin_called(plugin: &str, took: Duration, busy: Duration, memory: usize) {
    counter!(PLUGIN_CALLS.name, "plugin" => plugin.to_owned()).increment(1);
    histogram!(PLUGIN_CALL_SECONDS.name, "plugin" => plugin.to_owned()).record(took);
    histogram!(PLUGIN_BUSY.name, "plugin" => plugin.to_owned()).record(busy);
    histogram!(PLUGIN_MEMORY.name, "plugin" => plugin.to_owned()).record(memory as f64);
}

/// A plugin brought about a fault.
pub fn plugin_faulted(plugin: &str, class: FaultKind) {
    counter!(PLUGIN_FAULTS.name, "plugin" => plugin.to_owned(), "class" => class.to_string()).increment(1);
}

/// Whether a plugin is in quarantine.
pub fn quarantined(plugin: &str, quarantined: bool) {
    gauge!(PLUGIN_QUARANTINED.name, "plugin" => plugin.to_owned()).set(f64::from(u8::from(quarantined)));
}

/// Whether a newer generation of a plugin is held.
pub fn plugin_held(plugin: &str, held: bool) {
    gauge!(PLUGIN_HELD.name, "plugin" => plugin.to_owned()).set(f64::from(u8::from(held)));
}

/// How many files in the plugins folder are refused.
pub fn refused_files(files: usize) {
    gauge!(PLUGIN_REFUSED.name).set(files as f64);
}

/// A configuration took effect.
pub fn configured(at: Instant) {
    gauge!(RELOAD_SUCCESS.name).set(1.0);
    gauge!(RELOAD_SECONDS.name).set(seconds(at));
}

/// A configuration was refused and the old one kept.
pub fn reload_failed() {
    gauge!(RELOAD_SUCCESS.name).set(0.0);
}

/// Whether the daemon is ready.
pub fn ready(ready: bool) {
    gauge!(READY.name).set(f64::from(u8::from(ready)));
}

/// The process has started.
pub fn started(at: Instant) {
    gauge!(START.name).set(seconds(at));
    gauge!(BUILD.name, "version" => env!("CARGO_PKG_VERSION")).set(1.0);
}

/// Has every name exist with 0 before anything happens to these reminders and channels: what is missing raises no alert.
pub fn announce<'a>(reminders: impl Iterator<Item = &'a str>, channels: impl Iterator<Item = &'a str>) {
    for reminder in reminders.map(str::to_owned) {
        for result in RUN_RESULTS {
            counter!(RUNS.name, "reminder" => reminder.clone(), "result" => result).increment(0);
        }
        counter!(RUNS_MISSED.name, "reminder" => reminder.clone()).increment(0);
        counter!(VERDICTS.name, "reminder" => reminder.clone(), "verdict" => "send", "code" => "first").increment(0);
        gauge!(FINDINGS.name, "reminder" => reminder).increment(0.0);
    }
    for channel in channels.map(str::to_owned) {
        for outcome in ATTEMPT_OUTCOMES {
            counter!(ATTEMPTS.name, "channel" => channel.clone(), "outcome" => outcome).increment(0);
        }
        for outcome in NOTICE_OUTCOMES {
            counter!(NOTICES.name, "channel" => channel.clone(), "outcome" => outcome).increment(0);
        }
        counter!(TEMPLATE_FAILURES.name, "channel" => channel.clone()).increment(0);
        drop(histogram!(ATTEMPT_SECONDS.name, "channel" => channel.clone()));
        gauge!(DESTINATION_OPEN.name, "channel" => channel).increment(0.0);
    }
    gauge!(PLUGIN_REFUSED.name).increment(0.0);
    drop((histogram!(SCAN_SECONDS.name), gauge!(SCAN_ROWS.name).increment(0.0)));
}

/// The same for a plugin that was loaded.
pub fn announce_plugin(plugin: &str) {
    for class in FaultKind::OF_PLUGINS {
        let (plugin, class) = (plugin.to_owned(), class.to_string());
        counter!(PLUGIN_FAULTS.name, "plugin" => plugin, "class" => class).increment(0);
    }
    counter!(PLUGIN_CALLS.name, "plugin" => plugin.to_owned()).increment(0);
    gauge!(PLUGIN_HELD.name, "plugin" => plugin.to_owned()).increment(0.0);
    drop(histogram!(PLUGIN_CALL_SECONDS.name, "plugin" => plugin.to_owned()));
    drop(histogram!(PLUGIN_BUSY.name, "plugin" => plugin.to_owned()));
    drop(histogram!(PLUGIN_MEMORY.name, "plugin" => plugin.to_owned()));
    gauge!(PLUGIN_QUARANTINED.name, "plugin" => plugin.to_owned()).increment(0.0);
}

fn seconds(at: Instant) -> f64 {
    at.timestamp_millis() as f64 / 1000.0
}

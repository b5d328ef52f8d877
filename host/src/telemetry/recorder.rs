//! Keeps what is measured, for whoever scrapes it.

use anyhow::Context;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use super::{
    generations,
    metrics::{ALL, ATTEMPT_SECONDS, Kind, Metric, PLUGIN_BUSY, PLUGIN_CALL_SECONDS, PLUGIN_MEMORY, SCAN_SECONDS},
};

/// Bounds of buckets in seconds. A plugin is called in micro- or milliseconds, up to its wall limit of some seconds.
const CALLS: &[f64] = &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 30.0];

/// A relay or a web service answers in tens of milliseconds, up to a channel's wall limit.
const ATTEMPTS: &[f64] = &[0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// A scan takes from milliseconds up to the ten minutes after which it has failed.
const SCANS: &[f64] = &[0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0];

/// Bounds of buckets in bytes, 1 MiB to the 256 MiB that an interpreter may take.
const MEMORY: &[f64] = &[1048576.0, 2097152.0, 4194304.0, 8388608.0, 16777216.0, 33554432.0, 67108864.0, 268435456.0];

/// What was measured so far.
#[derive(Clone)]
pub struct Recorder(PrometheusHandle);

impl Recorder {
    /// Installs the process's one recorder: from now on everything is kept.
    ///
    /// # Errors
    /// If there is one already.
    pub fn install() -> anyhow::Result<Self> {
        let recorder = builder()?.install_recorder().context("metrics cannot be kept")?;
        ALL.iter().for_each(describe);
        Ok(Self(recorder))
    }

    /// Everything in Prometheus' text format.
    pub fn render(&self) -> String {
        // What histograms were told is put into their buckets, and forgotten.
        self.0.run_upkeep();
        self.0.render() + &generations::render()
    }

    /// Keeps memory bounded where nobody scrapes.
    pub fn tidy(&self) {
        self.0.run_upkeep();
    }
}

fn builder() -> anyhow::Result<PrometheusBuilder> {
    let buckets = [
        (SCAN_SECONDS, SCANS),
        (ATTEMPT_SECONDS, ATTEMPTS),
        (PLUGIN_CALL_SECONDS, CALLS),
        (PLUGIN_BUSY, CALLS),
        (PLUGIN_MEMORY, MEMORY),
    ];
    buckets.into_iter().try_fold(PrometheusBuilder::new(), |builder, (metric, bounds)| {
        let matcher = Matcher::Full(metric.name.to_owned());
        builder.set_buckets_for_metric(matcher, bounds).with_context(|| format!("buckets of {}", metric.name))
    })
}

fn describe(metric: &Metric) {
    let Metric { name, kind, unit, help } = *metric;
    match kind {
        Kind::Counter => metrics::describe_counter!(name, unit, help),
        Kind::Gauge => metrics::describe_gauge!(name, unit, help),
        Kind::Histogram => metrics::describe_histogram!(name, unit, help),
    }
}

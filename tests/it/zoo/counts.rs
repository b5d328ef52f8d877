//! What is counted on one thread.

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

/// Counts what a thread measures.
pub(super) struct Counts {
    pub(super) recorder: PrometheusRecorder,
    handle: PrometheusHandle,
}

impl Counts {
    pub(super) fn new() -> Self {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        Self { recorder, handle }
    }

    /// The value of a sample, by its name and labels as they stand there.
    pub(super) fn sample(&self, sample: &str) -> Option<f64> {
        let text = self.handle.render();
        text.lines().find_map(|line| line.strip_prefix(sample)?.trim().parse().ok())
    }
}

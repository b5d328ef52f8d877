//! What is logged and counted on one thread.

use std::{
    io,
    sync::{Arc, Mutex},
};

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

/// What was logged.
#[derive(Clone, Default)]
pub(super) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Takes what this thread logs from now on.
    pub(super) fn start(&self) -> tracing::subscriber::DefaultGuard {
        let sink = self.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || sink.clone()).finish();
        tracing::subscriber::set_default(subscriber)
    }

    /// Whether a line holds both texts.
    pub(super) fn has(&self, one: &str, other: &str) -> bool {
        self.text().lines().any(|line| line.contains(one) && line.contains(other))
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("nobody panicked")).into_owned()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("nobody panicked").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

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

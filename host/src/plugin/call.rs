//! One call of a guest: a fresh store, the limits, and what a failure was.

use std::{sync::Arc, time::Duration};

use wasmtime::{Store, UpdateDeadline};

use super::{
    conduct::Conduct,
    engine::PluginEngine,
    guest::{Guest, GuestLog, Lent, Wasi},
    limits::{Budget, is_out_of_handles, table},
    words::tidy,
};
use crate::{
    config::Limits,
    model::{Fault, FaultKind},
    telemetry::metrics,
};

/// Who is called and within what.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) engine: PluginEngine,
    pub(super) limits: Limits,
    pub(super) plugin: String,
    pub(super) digest: String,
    /// What is known of how it behaves; `None` until it has said its name, and nothing is measured until then.
    pub(super) conduct: Option<Arc<Conduct>>,
}

impl Caller {
    /// Runs `body` in a fresh store, at most for `wall`. Errors of any kind become a [`Fault`]; the store is gone
    /// afterwards either way.
    pub(super) async fn call<T, F>(&self, wall: Duration, lent: Lent, body: F) -> Result<T, Fault>
    where
        F: AsyncFnOnce(&mut Store<Guest>) -> wasmtime::Result<T>,
    {
        let _place = self.engine.place().await;
        let mut store = self.store(lent);
        let began = std::time::Instant::now();
        let ended = tokio::time::timeout(wall, body(&mut store)).await;
        if self.conduct.is_some() {
            metrics::plugin_called(&self.plugin, began.elapsed(), store.data().budget.peak());
        }
        match ended {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(self.failed(store.data(), &error)),
            Err(_) => Err(self.fault(FaultKind::Timeout, format!("ran for more than {wall:?}"))),
        }
    }

    /// A fault of this plugin; the detail may hold the guest's own words.
    pub(super) fn fault(&self, kind: FaultKind, detail: impl AsRef<str>) -> Fault {
        if self.conduct.is_some() {
            metrics::plugin_faulted(&self.plugin, kind);
        }
        let digest = self.digest.chars().take(12).collect();
        Fault { plugin: self.plugin.clone(), digest, kind, detail: tidy(detail.as_ref()) }
    }

    fn store(&self, lent: Lent) -> Store<Guest> {
        let Lent { now, mail, http, inbox, trace } = lent;
        let log = GuestLog::new(&self.plugin, self.limits.log_bytes);
        let guest = Guest {
            table: table(self.limits.handles),
            budget: Budget::new(self.limits.memory),
            wasi: Wasi::new(now, &log),
            log,
            mail,
            http,
            inbox,
            trace,
            denied: None,
        };
        let mut store = Store::new(self.engine.wasmtime(), guest);
        store.limiter(|guest| &mut guest.budget);
        // What a guest hands over is copied, and it may point to one text many times: its own memory is no bound.
        store.set_hostcall_fuel(self.limits.memory);
        // Handles are the host's memory, also those of resources that the guest defines itself.
        store.set_max_component_handles(self.limits.handles);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|_| Ok(UpdateDeadline::Yield(1)));
        store
    }

    fn failed(&self, guest: &Guest, error: &wasmtime::Error) -> Fault {
        if let Some(what) = &guest.denied {
            return self.fault(FaultKind::Denied, format!("asked for {what}"));
        }
        if guest.budget.exceeded() {
            let detail = format!("asked for more than {} bytes of memory", self.limits.memory);
            return self.fault(FaultKind::Memory, detail);
        }
        if is_out_of_handles(error) {
            return self
                .fault(FaultKind::Memory, format!("held more than {} handles at one time", self.limits.handles));
        }
        self.fault(FaultKind::Trap, describe(guest.log.last_words(), error))
    }
}

/// The guest's last words, if any, and the chain of causes without the backtrace's many lines.
fn describe(last_words: Option<String>, error: &wasmtime::Error) -> String {
    let mut parts: Vec<String> = last_words.into_iter().collect();
    let causes = error.chain().map(ToString::to_string).filter(|text| !text.starts_with("error while executing"));
    parts.extend(causes.map(|text| text.lines().next().unwrap_or_default().to_owned()));
    parts.dedup();
    parts.join(": ")
}

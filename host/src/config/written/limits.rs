//! `plugins.limits` and `plugins.limits_for`: what plugins may use of this machine.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{size::Size, values};
use crate::config::{meaning, problem::Complaint, report::Place};

/// What a plugin may use.
// A key that is not written is `None`: what it means, the limits underneath say. The schema shows the defaults.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(default)]
pub(super) struct Limits {
    /// Memory of a call.
    memory: Option<Size>,
    /// Time for a strategy's batch of items.
    strategy_wall: Option<String>,
    /// Time for a channel to send one notification; less than `delivery.lease`.
    channel_wall: Option<String>,
    /// Units of fuel that a call may burn, about one an instruction; 0: not counted, which is a fifth faster.
    #[schemars(range(max = 9_007_199_254_740_992_u64))]
    fuel: Option<u64>,
    /// Time on a processor in an hour, over all calls.
    hourly: Option<String>,
    /// Calls at one time; all plugins together have 256.
    #[schemars(range(min = 1, max = meaning::Limits::MOST_INSTANCES))]
    instances: Option<u32>,
    /// Findings in a batch.
    #[schemars(range(min = 1, max = 1_000_000))]
    findings: Option<u32>,
    /// Size of a batch's findings.
    result_bytes: Option<Size>,
    /// Size of all that a call hands over to the host, whatever for.
    host_bytes: Option<Size>,
    /// The host's resources that a call holds at one time: batches, requests, answers.
    #[schemars(range(min = 20, max = 1_000_000))]
    handles: Option<u32>,
    /// Size of what a call writes to the log.
    log_bytes: Option<Size>,
    /// Size of a plugin's file.
    file_bytes: Option<Size>,
    /// Time to compile a plugin.
    compile_wall: Option<String>,
    /// Memory to compile a plugin in.
    compile_memory: Option<Size>,
}

/// Less is too little to start the compiler in.
const LEAST_COMPILE_MEMORY: u64 = 128 << 20;

impl Default for Limits {
    fn default() -> Self {
        let limits = meaning::Limits::default();
        let (size, wall) = (|bytes: usize| Some(Size::of(bytes as u64)), |wall| Some(values::shown(wall)));
        Self {
            memory: size(limits.memory),
            strategy_wall: wall(limits.strategy_wall),
            channel_wall: wall(limits.channel_wall),
            fuel: Some(limits.fuel.unwrap_or(0)),
            hourly: wall(limits.hourly),
            instances: Some(limits.instances),
            findings: Some(limits.findings as u32),
            result_bytes: size(limits.result_bytes),
            host_bytes: size(limits.host_bytes),
            handles: Some(limits.handles as u32),
            log_bytes: size(limits.log_bytes),
            file_bytes: Some(Size::of(limits.file_bytes)),
            compile_wall: wall(limits.compile_wall),
            compile_memory: Some(Size::of(limits.compile_memory)),
        }
    }
}

impl Limits {
    /// What is written, and for what is not, `base`.
    pub(super) fn over(self, base: &meaning::Limits, at: &Place<'_>) -> Option<meaning::Limits> {
        let written = Written(at);
        let memory = written.in_memory("memory", self.memory, base.memory);
        let strategy_wall = written.time("strategy_wall", self.strategy_wall, base.strategy_wall);
        let channel_wall = written.time("channel_wall", self.channel_wall, base.channel_wall);
        let hourly = written.time("hourly", self.hourly, base.hourly);
        let result_bytes = written.in_memory("result_bytes", self.result_bytes, base.result_bytes);
        let host_bytes = written.in_memory("host_bytes", self.host_bytes, base.host_bytes);
        let log_bytes = written.in_memory("log_bytes", self.log_bytes, base.log_bytes);
        let file_bytes = written.or("file_bytes", self.file_bytes, base.file_bytes, |size| size.bytes());
        let compile_wall = written.time("compile_wall", self.compile_wall, base.compile_wall);
        let least = |size: Size| size.at_least(LEAST_COMPILE_MEMORY, "the compiler itself");
        let compile_memory = written.or("compile_memory", self.compile_memory, base.compile_memory, least);
        Some(meaning::Limits {
            memory: memory?,
            strategy_wall: strategy_wall?,
            channel_wall: channel_wall?,
            fuel: self.fuel.map_or(base.fuel, |fuel| (fuel > 0).then_some(fuel)),
            hourly: hourly?,
            instances: self.instances.unwrap_or(base.instances),
            findings: self.findings.map_or(base.findings, |findings| findings as usize),
            result_bytes: result_bytes?,
            host_bytes: host_bytes?,
            handles: self.handles.map_or(base.handles, |handles| handles as usize),
            log_bytes: log_bytes?,
            file_bytes: file_bytes?,
            compile_wall: compile_wall?,
            compile_memory: compile_memory?,
        })
    }
}

/// Reads what stands at one place, key by key.
struct Written<'p, 'r>(&'p Place<'r>);

impl Written<'_, '_> {
    /// What is written, or else `base`; `None` where there is a complaint.
    fn or<W, M>(&self, key: &str, value: Option<W>, base: M, read: fn(W) -> Result<M, Complaint>) -> Option<M> {
        value.map_or(Some(base), |value| self.0.key(key).check(read(value)))
    }

    fn time(&self, key: &str, value: Option<String>, base: Duration) -> Option<Duration> {
        self.or(key, value, base, |text| values::limit(&text))
    }

    fn in_memory(&self, key: &str, value: Option<Size>, base: usize) -> Option<usize> {
        self.or(key, value, base, |size| size.bytes().and_then(addressable))
    }
}

/// A plugin addresses its memory with 32 bits: no part of it can be larger than 4 GiB.
fn addressable(bytes: u64) -> Result<usize, Complaint> {
    let fits = (bytes <= 4 << 30).then_some(bytes).and_then(|bytes| usize::try_from(bytes).ok());
    fits.ok_or_else(|| Complaint::new("is more than a plugin can address", "write \"4GiB\" or less"))
}

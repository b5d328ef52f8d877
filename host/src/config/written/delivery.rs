//! The section `delivery`.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::values;
use crate::{
    config::{meaning::DeliveryConfig, problem::Complaint, report::Place},
    model::Span,
};

/// Less would be forgotten before anybody asks.
const LEAST_RETENTION: Span = Span::days(1);

/// How hard nudged tries to deliver.
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Delivery {
    /// How long a notification is reserved for one attempt; longer than any `channel_wall` in `plugins`.
    lease: String,
    /// Notifications of one channel that are sent at the same time, unless the channel says otherwise.
    #[schemars(range(min = 1, max = 64))]
    concurrency: u32,
    /// The wait after the first failed attempt; it doubles each time.
    first_retry: String,
    /// The longest wait between two attempts.
    longest_retry: String,
    /// Attempts before nudged gives up.
    #[schemars(range(min = 1, max = 1_000_000))]
    attempts: u32,
    /// The age at which nudged gives up.
    max_age: String,
    /// A notification that is sent later than this after it was decided is judged afresh first.
    recheck_after: String,
    /// Failures in a row after which a destination counts as dead and is only probed.
    #[schemars(range(min = 1, max = 1000))]
    dead_after: u32,
    /// How long what is over is remembered; at least a day.
    retention: String,
}

impl Default for Delivery {
    fn default() -> Self {
        let delivery = DeliveryConfig::default();
        Self {
            lease: values::shown(delivery.lease),
            concurrency: delivery.concurrency,
            first_retry: values::shown(delivery.first_retry),
            longest_retry: values::shown(delivery.longest_retry),
            attempts: delivery.attempts,
            max_age: values::shown(delivery.max_age),
            recheck_after: values::shown(delivery.recheck_after),
            dead_after: delivery.dead_after,
            retention: delivery.retention.to_string(),
        }
    }
}

impl Delivery {
    /// `slowest` is how long a channel may take at most and the key that says so; `None` if that is wrong itself.
    pub(super) fn meaning(self, slowest: Option<(String, Duration)>, at: &Place<'_>) -> Option<DeliveryConfig> {
        let read = |key: &str, text: &str| at.key(key).check(values::limit(text));
        let lease = read("lease", &self.lease);
        let first_retry = read("first_retry", &self.first_retry);
        let longest_retry = read("longest_retry", &self.longest_retry);
        let max_age = read("max_age", &self.max_age);
        let recheck_after = at.key("recheck_after").check(values::span(&self.recheck_after)).map(Span::as_exact);
        let retention = at.key("retention").check(retention(&self.retention));
        if let Some((_, (key, _))) = lease.zip(slowest).filter(|(lease, (_, wall))| lease <= wall) {
            let what = format!("{:?} is not longer than `{key}`: a slow send would be made twice", self.lease);
            at.key("lease").error(Complaint::new(what, "write a longer time, or lower that limit"));
        }
        if first_retry.zip(longest_retry).is_some_and(|(first, longest)| longest < first) {
            let fix = format!("write {:?} or more", self.first_retry);
            at.key("longest_retry").error(Complaint::new("is shorter than `first_retry`", fix));
        }
        Some(DeliveryConfig {
            lease: lease?,
            concurrency: self.concurrency,
            first_retry: first_retry?,
            longest_retry: longest_retry?,
            attempts: self.attempts,
            max_age: max_age?,
            recheck_after: recheck_after?,
            dead_after: self.dead_after,
            retention: retention?,
        })
    }
}

fn retention(text: &str) -> Result<Span, Complaint> {
    match values::span(text)? {
        span if span.as_exact() < LEAST_RETENTION.as_exact() => {
            Err(Complaint::new(format!("{text:?} is too short"), format!("write at least \"{LEAST_RETENTION}\"")))
        }
        span => Ok(span),
    }
}

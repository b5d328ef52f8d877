//! Which attempts may be made now: each destination's pace and circuit.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::LaneConfig;
use crate::{
    model::{Instant, Notification},
    policy::{Circuit, Pace},
};

/// Destinations that are remembered although nothing is the matter with them.
const REMEMBERED: usize = 1024;

/// A turn that comes so soon is waited for; for a later one the lease is given back.
const SOON: Duration = Duration::from_secs(2);

/// The destinations of one lane.
pub(super) struct Gate {
    config: LaneConfig,
    dead_after: u32,
    destinations: Mutex<HashMap<String, Destination>>,
}

#[derive(Default)]
struct Destination {
    pace: Pace,
    circuit: Circuit,
}

/// What an attempt says about its destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// It has answered, whatever it said.
    Alive,
    /// It could not be reached.
    Dead,
    /// It has answered, and asked for a rest until then.
    Rest(Instant),
    /// Nothing: it was not asked.
    None,
}

/// A destination has died, or is alive again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    /// Whether it is dead now.
    pub(super) dead: bool,
    /// Whether any destination of the lane is.
    pub(super) open: bool,
}

impl Gate {
    pub(super) fn new(config: LaneConfig, dead_after: u32) -> Self {
        Self { config, dead_after, destinations: Mutex::default() }
    }

    /// When this may be sent: now, or soon.
    ///
    /// # Errors
    /// The instant before which it is of no use to ask again.
    pub(super) fn enter(&self, notification: &Notification, now: Instant) -> Result<Instant, Instant> {
        let mut destinations = self.destinations();
        if destinations.len() > REMEMBERED {
            destinations.retain(|_, one| one.circuit.is_open() || one.pace.turn(now) > now);
        }
        let destination = destinations.entry(self.destination(notification)).or_default();
        destination.circuit.enter(now)?;
        let turn = destination.pace.reserve(self.config.rate, now, SOON);
        turn.inspect_err(|_| destination.circuit.abandoned(now))
    }

    /// Learns from how an attempt ended; answers what has changed, if anything has.
    pub(super) fn learn(&self, notification: &Notification, sign: Sign, now: Instant) -> Option<Change> {
        let mut destinations = self.destinations();
        let destination = destinations.entry(self.destination(notification)).or_default();
        let before = destination.circuit.is_open();
        match sign {
            Sign::Alive => destination.circuit.answered(),
            Sign::Dead => destination.circuit.failed(now, self.dead_after, fastrand::f64()),
            Sign::Rest(until) => {
                destination.circuit.answered();
                destination.pace.rest(until);
            }
            Sign::None => destination.circuit.abandoned(now),
        }
        let dead = destination.circuit.is_open();
        let open = destinations.values().any(|one| one.circuit.is_open());
        (before != dead).then_some(Change { dead, open })
    }

    /// Until when nothing of the lane can be sent, because all of it goes to one destination and that is dead.
    pub(super) fn shut_until(&self, now: Instant) -> Option<Instant> {
        if !self.config.one_destination {
            return None;
        }
        self.destinations().values().find_map(|one| one.circuit.dead_until(now))
    }

    /// Nobody panics while holding it: what is there is whole.
    fn destinations(&self) -> MutexGuard<'_, HashMap<String, Destination>> {
        self.destinations.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The relay; the host, where the address is a URL; else the address.
    fn destination(&self, notification: &Notification) -> String {
        if self.config.one_destination {
            return String::new();
        }
        let host = url::Url::parse(&notification.recipient).ok();
        let host = host.and_then(|url| Some(url.host_str()?.to_owned()));
        host.unwrap_or_else(|| notification.recipient.clone())
    }
}

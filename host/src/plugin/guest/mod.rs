//! What a guest sees of the host during one call: the implementation of the WIT imports.
//!
//! A getter with an index out of range traps, as the WIT says: the error names the index.

mod about;
mod channel;
mod http;
mod inbox;
mod records;
mod shares;
mod stacks;
mod trace;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use wasmtime::{
    Result, bail,
    component::{HasSelf, Linker, Resource, ResourceTable},
};

use super::{
    bindings::{
        channel::Channel,
        record_strategy::RecordStrategy,
        share_strategy::{
            ShareStrategy,
            nudged::plugin::{findings, log, types},
        },
        stack_strategy::StackStrategy,
    },
    limits::Budget,
};
use crate::{
    config::Limits,
    model::{Instant, Item, Kind},
};

pub(super) use about::About;
pub(super) use channel::{MailWay, outcome_from_guest};
pub(super) use http::HttpWay;
pub(super) use inbox::InboxWay;
pub(super) use trace::Trace;
#[allow(unreachable_pub)] // the generated bindings export it again
pub use {
    channel::Message,
    http::{Request, Response},
};

/// The state of one call.
pub(super) struct Guest {
    pub(super) table: ResourceTable,
    pub(super) budget: Budget,
    pub(super) log: GuestLog,
    /// Set for a channel with a relay: the only mail it can send is to the notification's recipient.
    pub(super) mail: Option<MailWay>,
    /// Set for a channel whose plugin is granted hosts.
    pub(super) http: Option<HttpWay>,
    /// Set for a channel whose plugin asks for it.
    pub(super) inbox: Option<InboxWay>,
    /// What outlives the call.
    pub(super) trace: Arc<Trace>,
    /// What the guest was refused, if it was: the call's fault is then `denied`.
    pub(super) denied: Option<String>,
    /// What the call is about.
    pub(super) about: About,
    /// The item that was read last; [`NONE`] before the first.
    last_item: AtomicUsize,
}

/// No item of a batch has this index.
const NONE: usize = usize::MAX;

/// What a call is about, and what a channel's may use.
#[derive(Default)]
pub(super) struct Lent {
    pub(super) about: About,
    pub(super) mail: Option<MailWay>,
    pub(super) http: Option<HttpWay>,
    pub(super) inbox: Option<InboxWay>,
    pub(super) trace: Arc<Trace>,
}

/// What a line of log costs beside its text, so that empty lines are bounded too.
const LINE_BYTES: usize = 64;

/// A linker in which the imports of the kind's world find the call's state.
pub(super) fn linker(engine: &wasmtime::Engine, kind: Kind) -> Result<Linker<Guest>> {
    let mut linker = Linker::new(engine);
    let it = &mut linker;
    match kind {
        Kind::ShareStrategy => ShareStrategy::add_to_linker::<_, HasSelf<Guest>>(it, |guest| guest),
        Kind::StackStrategy => StackStrategy::add_to_linker::<_, HasSelf<Guest>>(it, |guest| guest),
        Kind::RecordStrategy => RecordStrategy::add_to_linker::<_, HasSelf<Guest>>(it, |guest| guest),
        Kind::Channel => Channel::add_to_linker::<_, HasSelf<Guest>>(it, |guest| guest),
    }?;
    Ok(linker)
}

/// Writes a guest's log under the plugin's name, up to a number of bytes a call.
pub(super) struct GuestLog {
    plugin: String,
    left: usize,
    last_error: Option<String>,
}

impl GuestLog {
    pub(super) fn new(plugin: &str, bytes: usize) -> Self {
        Self { plugin: plugin.to_owned(), left: bytes, last_error: None }
    }

    /// The last line at level error: the SDK writes a panic's text there before the trap.
    pub(super) fn last_error(&self) -> Option<&str> {
        self.last_error.as_deref()
    }

    fn write(&mut self, level: log::Level, message: &str) {
        let plugin = self.plugin.as_str();
        if matches!(level, log::Level::Error) {
            self.last_error = Some(message.chars().take(1000).collect());
        }
        let cost = message.len() + LINE_BYTES;
        if cost > self.left {
            if self.left > 0 {
                tracing::warn!(plugin, "the plugin logs too much: the rest of this call's log is dropped");
            }
            self.left = 0;
            return;
        }
        self.left -= cost;
        // Debug formatting escapes control characters: a guest cannot forge log lines.
        match level {
            log::Level::Error => tracing::error!(plugin, ?message),
            log::Level::Warn => tracing::warn!(plugin, ?message),
            log::Level::Info => tracing::info!(plugin, ?message),
            log::Level::Debug => tracing::debug!(plugin, ?message),
            log::Level::Trace => tracing::trace!(plugin, ?message),
        }
    }
}

impl types::Host for Guest {}

impl findings::Host for Guest {}

impl log::Host for Guest {
    fn log(&mut self, level: log::Level, message: String) -> Result<()> {
        self.log.write(level, &message);
        Ok(())
    }
}

impl Guest {
    /// The state of a call that begins.
    pub(super) fn new(plugin: &str, limits: &Limits, lent: Lent) -> Self {
        let Lent { about, mail, http, inbox, trace } = lent;
        Self {
            table: ResourceTable::new(),
            budget: Budget::new(limits.memory),
            log: GuestLog::new(plugin, limits.log_bytes),
            mail,
            http,
            inbox,
            trace,
            denied: None,
            about,
            last_item: AtomicUsize::new(NONE),
        }
    }

    /// The index of the item that was read last.
    pub(super) fn last_item(&self) -> Option<usize> {
        Some(self.last_item.load(Ordering::Relaxed)).filter(|index| *index != NONE)
    }
}

/// The items of one call, all of the kind that the strategy's world is about.
#[allow(unreachable_pub)] // the generated bindings export it again
pub struct Batch(pub(super) Arc<[Item]>);

impl Guest {
    /// The item at this index, as the kind that `what` names.
    fn item_of<'a, T: 'a>(
        &'a self,
        batch: &Resource<Batch>,
        index: u32,
        what: &str,
        pick: fn(&'a Item) -> Option<&'a Arc<T>>,
    ) -> Result<&'a T> {
        let items = &self.table.get(batch)?.0;
        let Some(item) = items.get(index as usize) else {
            bail!("{what} {index} was asked for, but the batch holds {}", items.len());
        };
        self.last_item.store(index as usize, Ordering::Relaxed);
        match pick(item) {
            Some(found) => Ok(found),
            None => bail!("the batch holds {}, which is no {what}", item.key()),
        }
    }

    fn batch_len(&self, batch: &Resource<Batch>) -> Result<u32> {
        Ok(u32::try_from(self.table.get(batch)?.0.len())?)
    }
}

/// Milliseconds since 1970, as the WIT counts.
pub(super) fn millis(instant: Instant) -> i64 {
    instant.timestamp_millis()
}

/// Days since 1970-01-01, as the WIT counts.
pub(super) fn epoch_day(day: chrono::NaiveDate) -> i32 {
    day.to_epoch_days()
}

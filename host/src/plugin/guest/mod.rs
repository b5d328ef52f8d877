//! What a guest sees of the host during one call: the implementation of the WIT imports.
//!
//! A getter with an index out of range traps, as the WIT says: the error names the index.

mod about;
mod channel;
mod http;
mod inbox;
mod log;
mod records;
mod shares;
mod stacks;
mod trace;
mod wasi;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use wasmtime::{
    Engine, Result, bail,
    component::{Component, HasSelf, Linker, Resource, ResourceTable},
};

use super::{
    bindings::{
        channel::Channel,
        record_strategy::RecordStrategy,
        share_strategy::{
            ShareStrategy,
            nudged::plugin::{findings, types},
        },
        stack_strategy::StackStrategy,
    },
    limits::{Budget, table},
    world,
};
use crate::{
    config::Limits,
    model::{Instant, Item, Kind},
};

pub(super) use about::About;
pub(super) use channel::{MailWay, outcome_from_guest};
pub(super) use http::HttpWay;
pub(super) use inbox::InboxWay;
pub use log::Said;
pub(super) use log::{GuestLog, Heard};
pub(super) use trace::Trace;
pub(super) use wasi::Wasi;
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
    /// What it sees if it was built with WASI.
    pub(super) wasi: Wasi,
    /// Set for a channel with a relay whose plugin asks for it: the only mail it can send is to the notification's recipient.
    pub(super) mail: Option<MailWay>,
    /// Set for a channel whose plugin asks for it and is granted hosts.
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

/// What a call is about, and what it may use; of the ways out, a strategy's has none.
#[derive(Default)]
pub(super) struct Lent {
    /// What WASI's wall clock shows all the while; 1970 where the call is about no instant.
    pub(super) now: Instant,
    pub(super) about: About,
    pub(super) mail: Option<MailWay>,
    pub(super) http: Option<HttpWay>,
    pub(super) inbox: Option<InboxWay>,
    pub(super) trace: Arc<Trace>,
}

/// A linker in which the imports of the kind's world find the call's state, and those of WASI where there are any. With
/// `stubs` every other import is there too, and traps.
pub(super) fn linker(engine: &Engine, kind: Kind, component: &Component, stubs: bool) -> Result<Linker<Guest>> {
    let mut linker = Linker::new(engine);
    let it = &mut linker;
    match kind {
        Kind::ShareStrategy => ShareStrategy::add_to_linker::<_, HasSelf<Guest>>(it, |guest| guest),
        Kind::StackStrategy => StackStrategy::add_to_linker::<_, HasSelf<Guest>>(it, |guest| guest),
        Kind::RecordStrategy => RecordStrategy::add_to_linker::<_, HasSelf<Guest>>(it, |guest| guest),
        Kind::Channel => Channel::add_to_linker::<_, HasSelf<Guest>>(it, |guest| guest),
    }?;
    if world::wants_wasi(engine, component) {
        wasi::link(it)?;
    }
    if stubs {
        linker.define_unknown_imports_as_traps(component)?;
    }
    Ok(linker)
}

impl types::Host for Guest {}

impl findings::Host for Guest {}

impl Guest {
    /// The state of a call that begins.
    pub(super) fn new(plugin: &str, limits: &Limits, lent: Lent) -> Self {
        let Lent { now, about, mail, http, inbox, trace } = lent;
        let log = GuestLog::new(plugin, limits.log_bytes);
        Self {
            table: table(limits.handles),
            budget: Budget::new(limits.memory),
            wasi: Wasi::new(now, &log),
            log,
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

//! Loading and calling WebAssembly components.
//!
//! # Nouns
//! * A **component** is a file in the plugins folder. **Admission** turns its bytes into a loaded plugin or into one
//!   reason for refusal: size, component or not, world, imports, compilation, linking, manifest.
//! * A **generation** is one admitted version, named by the digest of its bytes. The [`Registry`] maps plugin names to
//!   generations and swaps them; a call in flight keeps the generation it began with.
//! * A **call** gets a fresh store from a pre-linked instance, so nothing survives between calls and a fault poisons
//!   nothing.
//!
//! # Limits of a call
//! The wall limit over the whole call, host awaits included: an epoch deadline makes running code yield every 10 ms, so
//! that it can be ended, and has it wait for a turn if it runs for long. A memory budget, summed over all memories and
//! tables; what the guest hands over is bounded too, and so is what one component may instantiate, so that every call
//! finds its place. Fuel, where it is limited.
//!
//! Over many calls: so many of one plugin at one time, so much time in an hour, and a quarantine after faults in a row.
//! Whatever ends it, the caller gets a [`Fault`] that names the plugin, its digest and the guest's last words.
//!
//! wasmtime's types stay in this folder: the rest of the crate sees [`Strategy`], [`Channel`] and [`Fault`].

mod admission;
mod bindings;
mod cache;
mod call;
pub mod cases;
mod channel;
mod compile;
mod conduct;
mod described;
mod desk;
mod ending;
mod engine;
mod examination;
mod failure;
mod good;
mod grants;
mod guest;
mod judge;
mod limits;
mod measure;
mod parameters;
mod private;
mod registry;
mod remembered;
mod schema;
mod selftest;
mod serving;
mod shadow;
mod status;
mod strategy;
mod turns;
mod update;
mod watch;
mod words;
mod workbench;
mod world;

use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::Value;

use crate::{
    model::{Fault, Finding, Instant, Item, Manifest, Notification, Sent},
    net::{HttpSender, Inbox, Mailer},
    wording::Templates,
};

pub use admission::{Admission, Refusal};
pub(crate) use compile::precompile;
pub use compile::{Allowance, Compiler};
pub use conduct::{Account, Pause, PauseKind};
pub use engine::PluginEngine;
pub use examination::Examination;
pub use grants::{Asked, Grants, Lending};
pub use guest::Said;
pub use measure::Took;
pub use parameters::parameters_fit;
pub use registry::{Registry, Use, Uses};
pub use serving::Change;
pub use shadow::{Cost, Difference, Side};
pub use status::{Held, PluginStatus};
pub use watch::watch;
pub use workbench::Workbench;

pub use crate::watch::Noticing;

/// A strategy that can be asked. Pure: the answer depends on the arguments alone.
#[async_trait::async_trait]
pub trait Strategy: Send + Sync {
    /// What the plugin says of itself.
    fn manifest(&self) -> &Manifest;

    /// Says which of the items need attention. All of them are of the strategy's kind.
    async fn evaluate(&self, items: Arc<[Item]>, context: &Context) -> Result<Vec<Finding>, Fault>;
}

/// What a strategy may know beside the items.
#[derive(Debug, Clone)]
pub struct Context {
    /// The scan's one clock reading.
    pub now: Instant,
    /// Its calendar day in the source's zone.
    pub today: NaiveDate,
    /// The reminder's parameters.
    pub parameters: Value,
    /// Facts about the reminder, by name, as the WIT lists them: `on-expiry`, `last-notice`.
    pub attributes: Vec<(String, String)>,
}

/// A channel that can be sent through.
#[async_trait::async_trait]
pub trait Channel: Send + Sync {
    /// What the plugin says of itself.
    fn manifest(&self) -> &Manifest;

    /// `name@digest`, for the attempt's record.
    fn generation(&self) -> String;

    /// Hands over one notification.
    async fn send(&self, notification: Arc<Notification>, ways: Ways) -> Result<Sent, Fault>;
}

/// What a channel may use for one call.
#[derive(Clone, Default)]
pub struct Ways {
    /// The channel's parameters.
    pub parameters: Value,
    /// What the operator grants to the plugin: without hosts in it there is no HTTP.
    pub grants: Grants,
    /// The operator's relay, where the channel has one.
    pub mailer: Option<Arc<dyn Mailer>>,
    /// HTTP, where the plugin is granted any.
    pub http: Option<Arc<dyn HttpSender>>,
    /// data.all's inbox, where the plugin asks for it.
    pub inbox: Option<Arc<dyn Inbox>>,
    /// The operator's templates.
    pub templates: Option<Arc<Templates>>,
    /// Where recipients say that they want no more, with `{recipient}` in it.
    pub unsubscribe: Option<String>,
}

//! Interface `inbox`.

use wasmtime::Result;

use super::Guest;
use crate::plugin::bindings::{channel::nudged::plugin::inbox, share_strategy::nudged::plugin::types};

impl inbox::Host for Guest {
    async fn post(&mut self, _entries: Vec<inbox::Entry>) -> Result<types::Outcome> {
        self.deny("the inbox, which nobody grants yet")
    }
}

//! Interface `stacks`.

use wasmtime::{Result, component::Resource};

use super::{Batch, Guest};
use crate::{
    model::{Item, Stack},
    plugin::bindings::stack_strategy::nudged::plugin::stacks,
};

impl Guest {
    fn stack(&self, batch: &Resource<Batch>, index: u32) -> Result<&Stack> {
        self.item_of(batch, index, "stack", Item::stack)
    }
}

impl stacks::Host for Guest {}

/// Getters that read one text of a stack.
macro_rules! stack_getters {
    ($($getter:ident = |$stack:ident| $value:expr;)*) => {
        $(fn $getter(&mut self, batch: Resource<Batch>, index: u32) -> Result<String> {
            let $stack = self.stack(&batch, index)?;
            Ok($value)
        })*
    };
}

impl stacks::HostStackBatch for Guest {
    fn len(&mut self, batch: Resource<Batch>) -> Result<u32> {
        self.batch_len(&batch)
    }

    stack_getters! {
        uri = |stack| stack.uri.clone();
        kind = |stack| stack.kind.clone();
        status = |stack| stack.status.clone();
        target_uri = |stack| stack.target_uri.clone();
        target_label = |stack| stack.target_label.clone();
        account = |stack| stack.account.clone();
        region = |stack| stack.region.clone();
        error = |stack| stack.error.clone();
        producers = |stack| stack.producers.clone().unwrap_or_default();
        stewards = |stack| stack.stewards.clone().unwrap_or_default();
        environment_label = |stack| stack.environment_label.clone();
        environment_admins = |stack| stack.environment_admins.clone().unwrap_or_default();
    }

    fn drop(&mut self, batch: Resource<Batch>) -> Result<()> {
        self.table.delete(batch)?;
        Ok(())
    }
}

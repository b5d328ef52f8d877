//! Strategies behind their worlds.

use std::marker::PhantomData;

use super::{evaluate::evaluate, panics};
use crate::{Record, RecordStrategy, Share, ShareStrategy, Stack, StackStrategy};

/// The type that a world's export macro takes, for one kind of strategy.
macro_rules! adapter {
    ($(#[$doc:meta])* $adapter:ident, $trait:ident, $world:ident, $evaluation:ident, $batch:ident, $item:ident, $key:expr) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $adapter<S>(PhantomData<S>);

        const _: () = {
            use crate::bindings::$world::exports::nudged::plugin::{$evaluation as wire, plugin};

            impl<S: $trait> plugin::Guest for $adapter<S> {
                fn describe() -> String {
                    panics::report_to_log();
                    S::manifest().to_json()
                }
            }

            impl<S: $trait> wire::Guest for $adapter<S> {
                fn evaluate(batch: &wire::$batch, context: wire::Context) -> Result<Vec<wire::Finding>, String> {
                    panics::report_to_log();
                    evaluate(batch.len(), context, |index, context| {
                        let item = $item::of_host(batch, index);
                        panics::working_on($key(&item));
                        S::evaluate(&item, context)
                    })
                }
            }
        };
    };
}

adapter! {
    /// Exports the share strategy `S`.
    ShareStrategyExport, ShareStrategy, share_strategy, share_evaluation, ShareBatch, Share,
    |share: &Share<'_>| format!("share:{}", share.uri())
}

adapter! {
    /// Exports the stack strategy `S`.
    StackStrategyExport, StackStrategy, stack_strategy, stack_evaluation, StackBatch, Stack,
    |stack: &Stack<'_>| format!("stack:{}", stack.uri())
}

adapter! {
    /// Exports the record strategy `S`.
    RecordStrategyExport, RecordStrategy, record_strategy, record_evaluation, RecordBatch, Record,
    |record: &Record<'_>| format!("record:{}:{}", record.source(), record.id())
}

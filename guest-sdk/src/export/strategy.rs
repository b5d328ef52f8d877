//! Strategies behind their worlds.

/// A module for one kind of strategy, with what the functions of its world do.
macro_rules! adapter {
    (
        $(#[$doc:meta])* $module:ident, $trait:ident, $kind:literal,
        $world:ident, $evaluation:ident, $batch:ident, $item:ident, $key:expr
    ) => {
        $(#[$doc])*
        pub mod $module {
            use crate::{
                $item, $trait, Answer, Parameters,
                bindings::$world::exports::nudged::plugin::$evaluation as wire,
                export::{evaluate::evaluate as all, panics},
            };

            /// The manifest.
            pub fn describe<S: $trait<A>, A: Answer>() -> String {
                panics::report_to_log();
                S::manifest().to_json($kind, &S::Parameters::schema())
            }

            /// The findings of a batch.
            ///
            /// # Errors
            /// Where the strategy cannot judge an item, or its parameters do not fit its type.
            pub fn evaluate<S: $trait<A>, A: Answer>(
                batch: &wire::$batch,
                context: wire::Context,
            ) -> Result<Vec<wire::Finding>, String> {
                panics::report_to_log();
                all(batch.len(), context, |index, context| {
                    let item = $item::of_host(batch, index);
                    panics::working_on($key(&item));
                    S::evaluate(&item, context)
                })
            }
        }
    };
}

adapter! {
    /// Strategies over shares.
    share, ShareStrategy, "share-strategy", share_strategy, share_evaluation, ShareBatch, Share,
    |share: &Share<'_>| format!("share:{}", share.uri())
}

adapter! {
    /// Strategies over stacks.
    stack, StackStrategy, "stack-strategy", stack_strategy, stack_evaluation, StackBatch, Stack,
    |stack: &Stack<'_>| format!("stack:{}", stack.uri())
}

adapter! {
    /// Strategies over records.
    record, RecordStrategy, "record-strategy", record_strategy, record_evaluation, RecordBatch, Record,
    |record: &Record<'_>| format!("record:{}:{}", record.source(), record.id())
}

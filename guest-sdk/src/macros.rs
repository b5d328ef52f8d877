//! One macro a world, which makes a type the plugin of its crate.

/// Makes the crate a plugin: exports a type that implements [`ShareStrategy`](crate::ShareStrategy).
/// With `cases = …`, a `&'static str`, it carries cases that the host tries before it serves; the interface `self-test`
/// of the WIT says what they look like. They are best kept in a file:
/// `nudged_sdk::share_strategy!(Orphans, cases = include_str!("cases.json"))`.
#[macro_export]
macro_rules! share_strategy {
    ($strategy:ty $(, cases = $cases:expr)? $(,)?) => {
        $crate::__strategy!($strategy, share, share_strategy, export_share_strategy, share_evaluation, ShareBatch);
        $($crate::__carry!($cases);)?
    };
}

/// Makes the crate a plugin: exports a type that implements [`StackStrategy`](crate::StackStrategy).
/// With `cases = …` it carries cases of its own: see [`share_strategy!`](crate::share_strategy!).
#[macro_export]
macro_rules! stack_strategy {
    ($strategy:ty $(, cases = $cases:expr)? $(,)?) => {
        $crate::__strategy!($strategy, stack, stack_strategy, export_stack_strategy, stack_evaluation, StackBatch);
        $($crate::__carry!($cases);)?
    };
}

/// Makes the crate a plugin: exports a type that implements [`RecordStrategy`](crate::RecordStrategy).
/// With `cases = …` it carries cases of its own: see [`share_strategy!`](crate::share_strategy!).
#[macro_export]
macro_rules! record_strategy {
    ($strategy:ty $(, cases = $cases:expr)? $(,)?) => {
        $crate::__strategy!($strategy, record, record_strategy, export_record_strategy, record_evaluation, RecordBatch);
        $($crate::__carry!($cases);)?
    };
}

/// Makes the crate a plugin: exports a type that implements [`Channel`](crate::Channel).
/// With `cases = …` it carries cases of its own: see [`share_strategy!`](crate::share_strategy!).
#[macro_export]
macro_rules! channel {
    ($channel:ty $(, cases = $cases:expr)? $(,)?) => {
        $crate::__describe!($channel, channel);
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            use $crate::bindings::channel::exports::nudged::plugin::{delivery, plugin};
            struct Component;
            impl plugin::Guest for Component {
                fn describe() -> ::std::string::String {
                    <$channel as $crate::export::Plugin>::describe()
                }
            }
            impl delivery::Guest for Component {
                fn send(notification: &delivery::Notification) -> delivery::Outcome {
                    $crate::export::channel::send::<$channel>(notification)
                }
            }
    $crate::bindings::channel::export_channel!(Component with_types_in $crate::bindings::channel);
        };
        $($crate::__carry!($cases);)?
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __strategy {
    ($strategy:ty, $kind:ident, $world:ident, $export:ident, $evaluation:ident, $batch:ident) => {
        $crate::__describe!($strategy, $kind, _);
        // Elsewhere nothing is exported, so that a plugin can be linked and tested natively.
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            use $crate::bindings::$world::exports::nudged::plugin::{plugin, $evaluation as wire};
            struct Component;
            impl plugin::Guest for Component {
                fn describe() -> ::std::string::String {
                    <$strategy as $crate::export::Plugin>::describe()
                }
            }
            impl wire::Guest for Component {
                fn evaluate(
                    batch: &wire::$batch,
                    context: wire::Context,
                ) -> ::std::result::Result<::std::vec::Vec<wire::Finding>, ::std::string::String> {
                    // The answer's type is that of the one implementation that there is.
                    $crate::export::$kind::evaluate::<$strategy, _>(batch, context)
                }
            }
    $crate::bindings::$world::$export!(Component with_types_in $crate::bindings::$world);
        };
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __describe {
    ($plugin:ty, $kind:ident $(, $answer:tt)?) => {
        impl $crate::export::Plugin for $plugin {
            fn describe() -> ::std::string::String {
                $crate::export::$kind::describe::<$plugin $(, $answer)?>()
            }
        }
        // Natively nobody else asks: without this the type would be dead code.
        const _: fn() -> ::std::string::String = <$plugin as $crate::export::Plugin>::describe;
    };
}

/// Exports the cases that a plugin carries; one without them exports nothing more.
#[doc(hidden)]
#[macro_export]
macro_rules! __carry {
    ($cases:expr) => {
        const _: &str = $cases;
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            struct Cases;
            impl $crate::bindings::self_tested::exports::nudged::plugin::self_test::Guest for Cases {
                fn cases() -> ::std::string::String {
                    let cases: &'static str = $cases;
                    cases.into()
                }
            }
    $crate::bindings::self_tested::export_self_tested!(Cases with_types_in $crate::bindings::self_tested);
        };
    };
}

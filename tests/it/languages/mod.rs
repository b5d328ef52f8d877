//! Plugins in JavaScript and Python, made from the templates, through the real plugin host.

mod cases;
mod channels;
mod components;
mod sdk;
mod strategies;
mod workshop;

use nudged::{authoring::Language, config::Limits, model::Kind, plugin::Admission};

use nudged_tests::admit;

use workshop::Bench;

/// Runs a test in each language. Where the language's tools cannot be had it is skipped, which is said.
macro_rules! in_each_language {
    ($($(#[$doc:meta])* $test:ident: $check:path;)*) => {
        mod javascript {
            $($(#[$doc])* #[tokio::test(flavor = "multi_thread")] async fn $test() {
                $check(nudged::authoring::Language::JavaScript).await;
            })*
        }
        mod python {
            $($(#[$doc])* #[tokio::test(flavor = "multi_thread")] async fn $test() {
                $check(nudged::authoring::Language::Python).await;
            })*
        }
    };
}
use in_each_language;

/// The example of this kind, admitted within these limits; `None` where it cannot be built.
async fn admitted(language: Language, kind: Kind, limits: Limits) -> Option<Admission> {
    let bench = Bench::of(language).lock().await;
    let file = bench.component(kind)?;
    Some(admit(&file, limits).await.unwrap_or_else(|refusal| panic!("{refusal}")))
}

/// Bytes of memory that the templates' README.md says a call takes.
fn memory(language: Language) -> usize {
    match language {
        Language::JavaScript => 2 << 20,
        Language::Python => 13 << 20,
        Language::Rust => unreachable!("Rust's templates are tested natively"),
    }
}

/// The name that a language's sources end in.
fn extension(language: Language) -> &'static str {
    match language {
        Language::JavaScript => "js",
        Language::Python => "py",
        Language::Rust => "rs",
    }
}

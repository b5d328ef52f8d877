//! Writes a megabyte to the log for each share, in lines that try to look like the daemon's own.

use nudged_sdk::{Context, Finding, Manifest, NoParameters, Share, ShareStrategy, log};

struct LogFlood;

impl ShareStrategy for LogFlood {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::new("log-flood", "1.0.0")
    }

    fn evaluate(share: &Share<'_>, _: &Context) -> Option<Finding> {
        let line = format!("a flood\nFORGED {}", "x".repeat(1000));
        (0..1000).for_each(|_| log::info(&line));
        Some(Finding::new("flooded", "A flood", "The log is full.").since(share.since()))
    }
}

nudged_sdk::share_strategy!(LogFlood);

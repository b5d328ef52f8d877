//! Writes a megabyte to the log for each share, in lines that try to look like the daemon's own.

use nudged_sdk::{Context, Error, Finding, Manifest, NoParameters, Share, ShareStrategy, log};

struct LogFlood;

impl ShareStrategy for LogFlood {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::share_strategy("log-flood", "1.0.0")
    }

    fn evaluate(share: &Share<'_>, _: &Context<NoParameters>) -> Result<Vec<Finding>, Error> {
        let line = format!("a flood\nFORGED {}", "x".repeat(1000));
        (0..1000).for_each(|_| log::info(&line));
        Ok(vec![Finding::new("flooded", "A flood", "The log is full.").since(share.since())])
    }
}

nudged_sdk::share_strategy!(LogFlood);

//! Statuses for tests.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    model::Kind,
    plugin::{Account, Cost, Difference, PluginStatus, Side},
};

/// A plugin that was never called.
pub(super) fn status(name: &str) -> PluginStatus {
    PluginStatus {
        name: name.to_owned(),
        version: "1.2.0".to_owned(),
        kind: Kind::ShareStrategy,
        file: format!("{name}.wasm"),
        digest: "0123456789abcdef".repeat(4),
        since: "2026-05-04T08:00:00Z".parse().unwrap(),
        generation: 3,
        account: Account::default(),
        pause: None,
        held: None,
        difference: None,
    }
}

/// The same after many calls.
pub(super) fn busy(plugin: PluginStatus) -> PluginStatus {
    let account = Account {
        calls: 1200,
        faults: BTreeMap::from([("trap".to_owned(), 2), ("timeout".to_owned(), 1)]),
        wall: Duration::from_millis(1500),
        longest: Duration::from_millis(400),
        busy: Duration::from_millis(1200),
        peak_memory: 1_310_720,
        last_fault: Some("trap: wasm `unreachable` instruction executed (share:s1)".to_owned()),
    };
    PluginStatus { account, ..plugin }
}

/// Two generations that differ in so many findings.
pub(super) fn difference(added: usize) -> Difference {
    let cost = |millis, faults| Cost {
        wall: Duration::from_millis(millis),
        peak_memory: 1 << 20,
        faults,
        first_fault: (faults > 0).then(|| "timeout: 5 s".to_owned()),
    };
    let examples = (0..added.min(2)).map(|number| format!("share:s{number} pending")).collect();
    Difference {
        before: "a".repeat(64),
        after: "b".repeat(64),
        scanned: "2026-05-04T09:00:00Z".parse().unwrap(),
        items: 20_000,
        added: Side { count: added, examples },
        removed: Side::default(),
        changed: Side::default(),
        took_before: cost(40, 0),
        took_after: cost(60, 0),
    }
}

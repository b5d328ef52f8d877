//! Very many calls, and faults among them.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use nudged::{
    clock::SystemClock,
    config::Grant,
    model::{Fault, FaultKind, Finding, Outcome, Sent},
    net::GrantedHttp,
    plugin::{Grants, Registry, Ways},
};
use nudged_tests::{PluginsFolder, batch, context, notification, times};
use serde_json::json;

use super::{
    recorder, runtime, tell, turn,
    usage::{Course, Room, SLACK},
};

/// Callers at one time.
const CALLERS: usize = 8;

/// Calls after which the metrics are tidied, as the daemon does every few seconds: until then each call's measures are
/// kept one by one.
const TIDY: usize = 5_000;

/// Mappings that the pool's places may still come to have: it keeps the memory of up to a hundred of them warm, and which
/// place a call gets is a matter of chance.
const PLACES: usize = 200;

/// What calls came to.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Tally {
    answers: usize,
    traps: usize,
    memory: usize,
    timeouts: usize,
}

impl Tally {
    fn plus(self, other: Self) -> Self {
        Self {
            answers: self.answers + other.answers,
            traps: self.traps + other.traps,
            memory: self.memory + other.memory,
            timeouts: self.timeouts + other.timeouts,
        }
    }

    fn faulted(&mut self, fault: &Fault) {
        match fault.kind {
            FaultKind::Trap => self.traps += 1,
            FaultKind::Memory => self.memory += 1,
            FaultKind::Timeout => self.timeouts += 1,
            _ => panic!("{fault}"),
        }
    }
}

/// Calls one strategy with one share.
async fn evaluate(registry: &Registry, plugin: &str, share: &str) -> Result<Vec<Finding>, Fault> {
    let strategy = registry.strategy(plugin).expect("serves");
    strategy.evaluate(batch([share]), &context()).await
}

/// Calls one channel.
async fn send(registry: &Registry, plugin: &str, ways: Ways) -> Result<Sent, Fault> {
    let channel = registry.channel(plugin).expect("serves");
    channel.send(Arc::new(notification("pam@x.test")), ways).await
}

/// What the channel that does as it is told is told. It may use HTTP, but never comes to a request: the body that it
/// prepares has more bytes than it may hold.
fn told(what: &str) -> Ways {
    let grant = Grant { http: vec!["https://x.test".parse().expect("a host")], ..Grant::default() };
    let http = GrantedHttp::new(&grant, BTreeMap::new(), None, Arc::new(SystemClock)).expect("a sender");
    let parameters = json!({ "steps": [{ "what": what, "text": "x", "zeros": 256 << 20 }] });
    Ways { parameters, http: Some(Arc::new(http)), grants: Grants::new(&grant), ..Ways::default() }
}

/// The call of this number. Most go well; a plugin that fails does well nine times in between, so that nobody stops
/// calling it.
async fn call(registry: &Registry, number: usize, tally: &mut Tally) {
    let fault = match number % 100 {
        0 if number.is_multiple_of(1000) => evaluate(registry, "poison", "poison").await.err(),
        0 => evaluate(registry, "poison", "s1").await.map(|found| assert_eq!(found.len(), 1)).err(),
        50 if number % 1000 == 550 => send(registry, "does-as-told", told("http")).await.err(),
        50 => send(registry, "does-as-told", told("keep")).await.map(drop).err(),
        odd if odd % 4 == 1 => {
            let sent = send(registry, "rejects", Ways::default()).await.expect("no fault");
            assert_eq!(sent.outcome, Outcome::Rejected("nobody here is pam@x.test".to_owned()));
            None
        }
        _ => {
            let found = evaluate(registry, "echo", "s1").await.expect("no fault");
            assert_eq!((found.len(), found[0].reason.as_str()), (1, "echo"));
            None
        }
    };
    match fault {
        Some(fault) => tally.faulted(&fault),
        None => tally.answers += 1,
    }
}

/// Has the callers make these calls.
async fn calls(registry: &Arc<Registry>, numbers: std::ops::Range<usize>) -> Tally {
    let callers = (0..CALLERS).map(|caller| {
        let (registry, numbers) = (Arc::clone(registry), numbers.clone());
        tokio::spawn(async move {
            let mut tally = Tally::default();
            for number in numbers.skip(caller).step_by(CALLERS) {
                call(&registry, number, &mut tally).await;
            }
            tally
        })
    });
    let mut all = Tally::default();
    for caller in callers.collect::<Vec<_>>() {
        all = all.plus(caller.await.expect("every call ended as it should"));
    }
    all
}

/// The faults that a range of calls is to have.
fn expected(calls: usize) -> Tally {
    let (traps, memory, timeouts) = (calls.div_ceil(1000), (calls + 449) / 1000, 3);
    Tally { answers: calls - traps - memory, traps, memory, timeouts }
}

#[test]
fn calls_leave_nothing_behind() {
    let _turn = turn();
    let number = times("NUDGED_TEST_CALLS", 20_000);
    let mut course = Course::default();
    let mut tally = Tally::default();
    let start = std::time::Instant::now();
    runtime().block_on(async {
        recorder();
        let mut folder = PluginsFolder::with_guests(&["echo", "rejects", "poison", "does-as-told"]);
        folder.limits.channel_wall = Duration::from_secs(1);
        let registry = folder.serving().await;
        course.note("0 calls");
        for (from, to) in [(0, number / 10), (number / 10, number / 2), (number / 2, number)] {
            for start in (from..to).step_by(TIDY) {
                tally = tally.plus(calls(&registry, start..to.min(start + TIDY)).await);
                recorder().tidy();
            }
            tally.faulted(&send(&registry, "does-as-told", told("spin")).await.expect_err("it spins"));
            course.note(format!("{to} calls"));
        }
    });
    let rate = number as f64 / start.elapsed().as_secs_f64();
    tell(&format!("\n{number} calls, {rate:.0} a second, {tally:?}:\n{}", course.table()));
    assert_eq!(tally, expected(number));
    course.check(1, Room { resident: 8 << 10, descriptors: 0, threads: 0, mappings: PLACES + SLACK });
}

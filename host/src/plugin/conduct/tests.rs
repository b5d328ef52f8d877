use std::{fs, os::unix::fs::PermissionsExt};

use tempfile::TempDir;

use super::*;
use crate::model::FaultKind;

struct Hand(Mutex<Instant>);

impl Hand {
    fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Instant::UNIX_EPOCH)))
    }

    fn advance(&self, seconds: u64) {
        *self.0.lock().expect("nobody panics") += Duration::from_secs(seconds);
    }
}

impl Clock for Hand {
    fn now(&self) -> Instant {
        *self.0.lock().expect("nobody panics")
    }
}

const TERMS: Terms = Terms { hourly: Duration::from_secs(600), instances: 2, patience: Patience::CHANNEL };

fn trap() -> Fault {
    let (plugin, digest, detail) = ("p".to_owned(), "a".to_owned(), "broke while reading share:s1".to_owned());
    Fault { plugin, digest, kind: FaultKind::Trap, detail }
}

fn taken(busy: u64) -> Taken {
    let busy = Duration::from_secs(busy);
    Taken { wall: busy * 2, busy, queued: Duration::ZERO, memory: 100, several: false }
}

/// A plugin of an empty folder, called under the usual terms.
async fn conduct(clock: &Arc<Hand>, folder: Option<&TempDir>) -> Arc<Conduct> {
    let folder = folder.map(|folder| folder.path().join("quarantine"));
    let conduct = Conducts::new(Arc::clone(clock) as _, folder).of("p");
    drop(conduct.place(TERMS).await);
    conduct
}

fn fail(conduct: &Conduct, times: u32) {
    for _ in 0..times {
        conduct.enter("a").expect("it is called");
        conduct.ended("a", Taken::default(), Some(&trap()));
    }
}

#[tokio::test]
async fn an_account_adds_up() {
    let conduct = conduct(&Hand::new(), None).await;
    conduct.ended("a", taken(1), None);
    conduct.ended("a", taken(3), Some(&trap()));
    let account = conduct.account();
    let seconds = [account.wall, account.longest, account.busy].map(|time| time.as_secs());
    assert_eq!((account.calls, seconds, account.peak_memory), (2, [8, 6, 4], 100));
    assert_eq!(account.faults, BTreeMap::from([("trap".to_owned(), 1)]));
    assert_eq!(account.last_fault.as_deref(), Some("trap: broke while reading share:s1"));
}

#[tokio::test]
async fn a_quarantine_is_kept_for_this_user_alone_until_it_is_over() {
    let (clock, folder) = (Hand::new(), TempDir::new().expect("a folder"));
    let file = folder.path().join("quarantine/p.json");
    let first = conduct(&clock, Some(&folder)).await;
    fail(&first, 4);
    assert!(!file.exists());
    fail(&first, 1);
    let pause = first.enter("a").expect_err("it is in quarantine");
    assert!(pause.why.contains("the last: trap: broke while reading share:s1"), "{pause:?}");
    let mode = |path: &std::path::Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(file.parent().expect("a folder"))), (0o600, 0o700));

    let second = conduct(&clock, Some(&folder)).await;
    assert_eq!(second.pause("a", TERMS.hourly), Some(pause));
    assert_eq!(second.pause("b", TERMS.hourly), None, "another generation");
    clock.advance(100);
    second.enter("a").expect("one call shows whether it is well");
    assert!(second.enter("a").is_err());
    assert!(file.exists(), "nothing is known yet");
    second.ended("a", Taken::default(), None);
    assert_eq!(second.enter("a"), Ok(()));
    assert!(!file.exists());
}

#[tokio::test]
async fn an_operator_and_another_generation_end_a_quarantine() {
    let (clock, folder) = (Hand::new(), TempDir::new().expect("a folder"));
    let file = folder.path().join("quarantine/p.json");
    let conduct = conduct(&clock, Some(&folder)).await;
    assert!(!conduct.release(TERMS.hourly));
    fail(&conduct, 5);
    assert!(file.exists());
    assert!(conduct.release(TERMS.hourly));
    assert!(!file.exists());
    fail(&conduct, 5);
    assert_eq!(conduct.enter("b"), Ok(()));
    assert!(!file.exists());
}

#[tokio::test]
async fn a_file_that_is_none_of_ours_is_ignored_and_replaced() {
    let (clock, folder) = (Hand::new(), TempDir::new().expect("a folder"));
    let file = folder.path().join("quarantine/p.json");
    fs::create_dir(folder.path().join("quarantine")).expect("a folder");
    let far = r#"{"digest": "a", "times": 1, "until": "9999-01-01T00:00:00Z", "why": ""}"#;
    for garbage in ["", "{", "[]", "\u{0}\u{1}", far] {
        fs::write(&file, garbage).expect("a file");
        let conduct = conduct(&clock, Some(&folder)).await;
        assert_eq!(conduct.enter("a"), Ok(()), "{garbage:?}");
        assert!(!file.exists(), "it is not found again");
    }
    fail(&*conduct(&clock, Some(&folder)).await, 5);
    assert!(conduct(&clock, Some(&folder)).await.enter("a").is_err());
}

#[tokio::test]
async fn a_quarantine_that_cannot_be_kept_is_one_all_the_same() {
    let clock = Hand::new();
    let file = tempfile::NamedTempFile::new().expect("a file");
    let conduct = Conducts::new(clock, Some(file.path().join("not-a-folder"))).of("p");
    drop(conduct.place(TERMS).await);
    fail(&conduct, 5);
    assert!(conduct.enter("a").is_err());
}

#[tokio::test]
async fn a_call_that_is_abandoned_leaves_its_place_to_another() {
    let clock = Hand::new();
    let conduct = conduct(&clock, None).await;
    fail(&conduct, 5);
    clock.advance(100);
    conduct.enter("a").expect("it shows whether the plugin is well");
    conduct.abandoned("a", Duration::ZERO);
    conduct.enter("a").expect("another does");
}

#[tokio::test]
async fn waiting_for_the_other_side_is_no_fault_of_the_plugin() {
    let conduct = conduct(&Hand::new(), None).await;
    let late = Fault { kind: FaultKind::Timeout, ..trap() };
    let wall = Duration::from_secs(30);
    for _ in 0..20 {
        conduct.enter("a").expect("it is called");
        conduct.ended("a", Taken { wall, ..Taken::default() }, Some(&late));
    }
    let queued = Taken { wall, queued: wall, ..Taken::default() };
    (0..5).for_each(|_| conduct.ended("a", queued, Some(&late)));
    assert!(conduct.enter("a").is_err(), "but to run for so long that others have their turns is");
}

#[tokio::test]
async fn who_has_used_up_the_hours_time_waits() {
    let clock = Hand::new();
    let conduct = conduct(&clock, None).await;
    conduct.ended("a", taken(599), None);
    assert_eq!(conduct.enter("a"), Ok(()));
    conduct.ended("a", taken(1), None);
    let pause = conduct.enter("a").expect_err("it has used up its time");
    assert_eq!(pause.until.timestamp(), 61 * 60);
    assert!(pause.why.contains("600s (plugins.limits.hourly)"), "{pause:?}");
    assert_eq!(conduct.pause("b", TERMS.hourly), Some(pause), "another generation of it is the same plugin");
    clock.advance(61 * 60);
    assert_eq!(conduct.enter("a"), Ok(()));
}

#[tokio::test]
async fn more_time_and_an_operator_let_it_be_called_again_at_once() {
    let conduct = conduct(&Hand::new(), None).await;
    conduct.ended("a", taken(600), None);
    assert_eq!(conduct.pause("a", TERMS.hourly).expect("it is out of time").kind, PauseKind::HourlyBudget);
    let more = Terms { hourly: TERMS.hourly * 2, ..TERMS };
    assert_eq!(conduct.pause("a", more.hourly), None, "nobody has to call it first");
    assert!(!conduct.release(more.hourly));
    assert!(conduct.release(TERMS.hourly));
    assert_eq!((conduct.pause("a", TERMS.hourly), conduct.enter("a")), (None, Ok(())));
}

#[tokio::test]
async fn what_is_called_apart_is_judged_and_nobody_hears_of_it() {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let conduct = Conduct::apart("p", Hand::new());
    drop(conduct.place(TERMS).await);
    ::metrics::with_local_recorder(&recorder, || fail(&conduct, 5));
    assert_eq!(conduct.enter("a").expect_err("it is in quarantine").kind, PauseKind::Quarantine);
    assert!(!recorder.handle().render().contains("nudged_plugin"));
}

#[tokio::test]
async fn a_call_beyond_the_last_place_waits() {
    let conduct = conduct(&Hand::new(), None).await;
    let (first, _second) = (conduct.place(TERMS).await, conduct.place(TERMS).await);
    let mut third = std::pin::pin!(conduct.place(TERMS));
    assert!(futures_util::poll!(&mut third).is_pending());
    drop(first);
    assert!(third.await.is_some());
    let more = Terms { instances: 3, ..TERMS };
    let _places = [conduct.place(more).await, conduct.place(more).await, conduct.place(more).await];
    assert!(futures_util::poll!(std::pin::pin!(conduct.place(more))).is_pending());
}

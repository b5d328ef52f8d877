//! What outlives the daemons of a test: the store, the source, the other side, and what was to be told to whom.

use nudged::{
    clock::{Clock, SystemClock},
    model::Instant,
    store::{Runs, SqlStore},
};
use nudged_tests::{Act, Database, Home, Process, Recorder, Relay, Reply, Stage, Way};
use rustix::process::Signal;
use serde_json::{Map, Value, json};

/// Teams with an address. One more has none: what it is to be told, the fallback is told.
const TEAMS: usize = 12;

const REMINDER: &str = "pending-share";

/// Once in four years: every run of a test belongs to one slot.
const SELDOM: &str = "0 0 29 2 *";

const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// What one recipient was to be told on each channel, once.
pub(super) struct Due {
    /// The team's number.
    pub(super) team: usize,
    /// The dataset's label, which stands in the message.
    pub(super) label: String,
}

/// See the [module](self).
pub(super) struct World {
    pub(super) home: Home,
    pub(super) relay: Relay,
    pub(super) recorder: Recorder,
    pub(super) store: Database,
    pub(super) channels: &'static [&'static str],
    pub(super) due: Vec<Due>,
    began: Instant,
    rounds: usize,
}

impl World {
    /// Nothing has happened yet. So many notices of each channel are sent at one time.
    pub(super) async fn new(store: Database, channels: &'static [&'static str], concurrency: u32) -> Self {
        let (relay, recorder) = (Relay::start().await, Recorder::start().await);
        let mut home = Home::new(&relay.url()).await;
        home.add_plugin("webhook");
        std::fs::write(home.path("key"), KEY).expect("a secret");
        home.dataall.database.execute("DELETE FROM share_object; DELETE FROM dataset").await;
        home.configure(|config| configure(config, &store.written_url(), &recorder, channels, concurrency));
        home.well(&["check"]).await;
        Self { home, relay, recorder, store, channels, due: Vec::new(), began: SystemClock.now(), rounds: 0 }
    }

    /// Who a team's notices go to on a channel.
    pub(super) fn recipient(channel: &str, team: usize) -> String {
        let name = if team < TEAMS { format!("p{team}") } else { "ops".to_owned() };
        if channel == "email" { format!("{name}@x.test") } else { name }
    }

    /// Something new to be told to every team, and a run that is planned for now: the next daemon begins with it.
    pub(super) async fn add_work(&mut self) {
        let labels: Vec<_> = self.expect_all().into_iter().enumerate().collect();
        let teams: Vec<_> = labels.iter().map(|(team, _)| format!("team-{team}")).collect();
        let shares = labels.iter().map(|(team, label)| (label.as_str(), label.as_str(), teams[*team].as_str()));
        self.home.add_shares(shares).await;
        let store = SqlStore::connect(&self.store.url()).await.expect("the store opens");
        store.plan_run(REMINDER, SystemClock.now()).await.expect("a planned run");
        store.close().await;
    }

    /// From now on every team is to be told something new: the labels, team by team.
    pub(super) fn expect_all(&mut self) -> Vec<String> {
        self.rounds += 1;
        let labels: Vec<_> = (0..=TEAMS).map(|team| format!("lake-{:03}-{team:02}", self.rounds)).collect();
        let due = labels.iter().enumerate();
        self.due.extend(due.map(|(team, label)| Due { team, label: label.clone() }));
        labels
    }

    /// The same, if there are fewer than `least` left in the outbox.
    pub(super) async fn add_work_below(&mut self, least: i64) {
        let waiting = if self.rounds == 0 { 0 } else { self.count("outbox WHERE due IS NOT NULL").await };
        if waiting < least {
            self.add_work().await;
        }
    }

    /// A daemon that dies where its environment says, if it says anything.
    pub(super) fn daemon(&self, dies_at: Option<String>) -> Process {
        let mut command = self.home.command(&["run"]);
        dies_at.map(|point| command.env("NUDGED_CRASH_AT", point));
        Process::start(command)
    }

    /// Lets what daemons held that are not among these run out at once: leases, and claims of runs.
    pub(super) async fn bury_all_but(&self, living: &[&Process]) {
        let others: String = living.iter().map(|one| format!(" AND holder NOT LIKE '{}-%'", one.id())).collect();
        let (outbox, run) = (self.table("outbox"), self.table("run"));
        let sql = format!(
            "UPDATE {outbox} SET due = 0 WHERE state = 'leased'{others}; \
             UPDATE {run} SET claimed_until = 0 WHERE ended = 0{others}"
        );
        self.store.execute(&sql).await;
    }

    /// A daemon that nobody kills does what is left.
    pub(super) async fn settle(&self) {
        let daemon = self.daemon(None);
        self.until_done().await;
        end(daemon).await;
    }

    /// Waits until everything is delivered and every run has ended.
    pub(super) async fn until_done(&self) {
        let (outbox, runs) = (self.table("outbox"), self.open_runs());
        self.store.until(&format!("SELECT (SELECT COUNT(*) FROM {outbox}) + ({runs})"), 0).await;
    }

    /// Asks for the number of runs that have not ended. A run for the slot itself may be left open: it was before the
    /// test's time.
    pub(super) fn open_runs(&self) -> String {
        let began = self.began.timestamp_millis();
        format!("SELECT COUNT(*) FROM {} WHERE ended = 0 AND fire_time >= {began}", self.table("run"))
    }

    /// How many rows there are, of a table and perhaps a condition.
    pub(super) async fn count(&self, rows: &str) -> i64 {
        self.store.number(&format!("SELECT COUNT(*) FROM {}", self.table(rows))).await
    }

    /// A table as a statement over a connection of the test's own names it.
    pub(super) fn table(&self, name: &str) -> String {
        if self.store.is_postgres() { format!("nudged.{name}") } else { name.to_owned() }
    }

    /// The other side takes nothing from now on.
    pub(super) fn shut(&self) {
        self.relay.on(Stage::Connect, Act::Hold);
        self.recorder.always(Reply::goes(Way::HangUpAtOnce));
    }

    /// The other side takes everything from now on, and answers what it has held.
    pub(super) fn open(&self) {
        self.relay.release();
        self.recorder.always(Reply::says(200, "taken"));
        self.recorder.release();
    }

    /// How many mails and requests have arrived.
    pub(super) fn arrived(&self) -> usize {
        self.relay.taken().len() + self.recorder.requests().len()
    }
}

/// Ends a daemon as an operator does.
pub(super) async fn end(daemon: Process) {
    daemon.signal(Signal::TERM);
    assert_eq!(daemon.end().await, Some(0));
}

fn configure(config: &mut Value, store: &str, recorder: &Recorder, channels: &[&str], concurrency: u32) {
    let groups: Map<_, _> = (0..TEAMS).map(|team| (format!("team-{team}"), addresses(team))).collect();
    config["store"]["url"] = json!(store);
    config["directory"] = json!({ "groups": groups, "fallback": addresses(TEAMS) });
    config["reminders"][REMINDER]["schedule"] = json!(SELDOM);
    config["reminders"][REMINDER]["channels"] = json!(channels);
    config["channels"]["events"] = json!({
        "plugin": "webhook", "secrets": { "key": { "file": "key" } },
        "parameters": { "url": format!("{}/in", recorder.url()), "keys": ["key"] },
    });
    config["plugins"]["grants"] = json!({ "webhook": { "http": [recorder.url()], "networks": ["127.0.0.0/8"] } });
    // Nothing runs out by itself, however busy the machine: what a dead daemon held is let run out by the test.
    config["plugins"]["limits"] = json!({ "channel_wall": "60s" });
    config["delivery"] = json!({
        "lease": "90s", "first_retry": "1s", "longest_retry": "1s", "attempts": 1_000_000, "dead_after": 1000,
        "concurrency": concurrency,
    });
    config["brake"] = json!({ "active": false });
}

fn addresses(team: usize) -> Value {
    json!({ "email": World::recipient("email", team), "events": World::recipient("events", team) })
}

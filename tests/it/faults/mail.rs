//! Faults of relays.

use std::time::Duration;

use nudged::{config::TlsMode, model::Notification};
use nudged_tests::{
    Act, Authority, Database, Manner, Means, Plan, Relay, Stage, at, notice, plugin_file, smtp, smtp_with,
};
use tempfile::TempDir;

use super::{
    expected::{Expected, delivered, rejected, retried},
    table::{Other, Row, run},
};
use Act::{HangUp, Hold, Reply, ReplyAnd};

const PASSWORD: &str = "relay-pass-word";

/// The password, and what is only its own in what is sent for AUTH PLAIN.
const SECRETS: [&str; 2] = [PASSWORD, "ZWxheS1wYXNzLXdvc"];

/// A relay with a script, and what becomes of it when it is mended.
struct Scripted {
    relay: Relay,
    mended: std::sync::Mutex<Option<Manner>>,
}

#[async_trait::async_trait]
impl Other for Scripted {
    async fn mend(&self) {
        self.relay.release();
        if let Some(manner) = self.mended.lock().expect("nobody panics").take() {
            self.relay.become_like(manner);
        }
    }

    fn copies(&self, notice: &Notification) -> Vec<String> {
        let of = self.relay.taken().into_iter().filter(|taken| taken.to == [notice.recipient.clone()]);
        of.map(|taken| taken.field("Message-ID")).collect()
    }
}

/// A row under construction: a relay that asks for a password, and no TLS.
struct Fault {
    name: String,
    mode: TlsMode,
    manner: Manner,
    mended: Manner,
    script: Vec<(Stage, Act)>,
    to: &'static str,
}

impl Fault {
    fn new(name: impl Into<String>) -> Self {
        let (mode, to) = (TlsMode::None, "pam@x.test");
        Self { name: name.into(), mode, manner: plain(), mended: plain(), script: Vec::new(), to }
    }

    fn at(stage: Stage, act: Act) -> Self {
        let name = match &act {
            Reply(reply) => format!("{stage:?}: `{}`", reply.replace("\r\n", "` `")),
            act => format!("{stage:?}: {act:?}"),
        };
        Self { script: vec![(stage, act)], ..Self::new(name) }
    }

    /// TLS is required; the relay has this certificate, and a good one later.
    fn tls(name: &str, authority: &Authority, certificate: Option<tokio_rustls::TlsAcceptor>) -> Self {
        let with = |tls| Manner { tls, ..plain() };
        let (manner, mended) = (with(certificate), with(Some(authority.vouch_for("127.0.0.1"))));
        Self { mode: TlsMode::Required, manner, mended, ..Self::new(name) }
    }

    async fn row(self, ca_file: &std::path::Path, expected: Expected) -> Row {
        let relay = Relay::with(self.manner).await;
        self.script.into_iter().for_each(|(stage, act)| relay.on(stage, act));
        let scheme = if self.mode == TlsMode::Wrapper { "smtps" } else { "smtp" };
        let url = format!("{scheme}://nudged:{PASSWORD}@{}", relay.address());
        let means = Means { mail: Some(smtp_with(&url, self.mode)), ..Means::default() }.trusting(ca_file.to_owned());
        let other = Box::new(Scripted { relay, mended: std::sync::Mutex::new(Some(self.mended)) });
        Row { fault: self.name, other, means, to: [self.to, "witness@x.test"].map(str::to_owned), expected }
    }
}

fn plain() -> Manner {
    Manner { auth: true, ..Manner::default() }
}

/// An authority and its file, in a folder that lasts as long as the test.
fn authority() -> (Authority, TempDir, std::path::PathBuf) {
    let (authority, folder) = (Authority::default(), TempDir::new().expect("a folder"));
    let file = authority.file(folder.path());
    (authority, folder, file)
}

async fn rows(ca_file: &std::path::Path, faults: Vec<(Fault, Expected)>) -> Vec<Row> {
    let mut rows = Vec::new();
    for (fault, expected) in faults {
        rows.push(fault.row(ca_file, expected).await);
    }
    rows
}

fn plan() -> Plan {
    Plan::default().file(plugin_file("email"))
}

const STAGES: [Stage; 7] =
    [Stage::Connect, Stage::Hello, Stage::Auth, Stage::Mail, Stage::Recipient, Stage::Data, Stage::Dot];

/// Whether a reply there is about the mail, and not about all mails.
fn is_about_the_mail(stage: Stage) -> bool {
    matches!(stage, Stage::Recipient | Stage::Data | Stage::Dot)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_at_every_stage() {
    let replies = [
        "421 4.3.2 closing",
        "450 4.2.1 busy",
        "451 4.3.0 try later",
        "452 4.2.2 full",
        "550 5.7.1 not wanted",
        "552 5.2.2 over quota",
        "554 5.7.1 refused",
    ];
    let each = STAGES.into_iter().flat_map(|stage| replies.map(|reply| (stage, reply)));
    let expected = |stage, reply: &'static str| match reply.starts_with('5') {
        _ if !is_about_the_mail(stage) => retried(&reply[4..]).and_dead(),
        true => rejected(&reply[4..]).copies(0),
        false => retried(&reply[4..]),
    };
    let faults = each.map(|(stage, reply)| (Fault::at(stage, Reply(reply)), expected(stage, reply))).collect();
    let (_, _folder, ca_file) = authority();
    run("SMTP: refusals", plan(), "email", rows(&ca_file, faults).await, &SECRETS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_of_every_shape() {
    let two = "550-5.1.1 no such user\r\n550 5.1.1 see https://x.test/help";
    let mut faults = vec![
        (Fault::at(Stage::Connect, Reply("220-hello\r\n220-all\r\n220 relay.test")), delivered("250 taken")),
        (Fault::at(Stage::Recipient, Reply("250 ")), delivered("250 taken")),
        // RFC 5321, section 4.2, lets servers leave the blank out; lettre does not understand it.
        (Fault::at(Stage::Recipient, Reply("250")), retried("response error").and_dead()),
        (Fault::at(Stage::Recipient, Reply(two)), rejected("no such user").copies(0)),
        (Fault::at(Stage::Recipient, Reply("450-4.2.1 busy\r\n450 4.2.1 later")), retried("busy")),
        (Fault::at(Stage::Recipient, Reply("450-4.2.1 busy\r\n550 5.1.1 no")), retried("").and_dead()),
        (Fault::at(Stage::Recipient, Reply("354 go on")), retried("out of turn: 354 go on").and_dead()),
        (Fault::at(Stage::Dot, Reply("354 go on")), retried("out of turn: 354 go on").and_dead()),
        (Fault::at(Stage::Mail, Reply("999 what?")), retried("").and_dead()),
        (Fault::at(Stage::Auth, Reply("535 5.7.8 wrong password")), retried("wrong password").and_dead()),
        (Fault::at(Stage::Auth, Reply("535 5.7.8 nudged:relay-pass-word is wrong")), retried("535").and_dead()),
        (Fault::at(Stage::Auth, Reply("535 5.7.8 no: AG51ZGdlZAByZWxheS1wYXNzLXdvcmQ=")), retried("535").and_dead()),
        (
            Fault { manner: Manner::default(), ..Fault::new("no AUTH is offered") },
            retried("No compatible authentication").and_dead(),
        ),
        (
            Fault { to: "päm@x.test", ..Fault::new("an international address, no SMTPUTF8") },
            rejected("SMTPUTF8").copies(0),
        ),
        (
            Fault {
                to: "päm@x.test",
                manner: Manner { international: true, ..plain() },
                ..Fault::new("an international address, SMTPUTF8")
            },
            delivered("250 taken"),
        ),
        (
            Fault { manner: Manner { size: Some(1000), ..plain() }, ..Fault::new("larger than SIZE") },
            rejected("message size exceeds").copies(0),
        ),
    ];
    for stage in [Stage::Connect, Stage::Hello, Stage::Auth, Stage::Mail, Stage::Recipient, Stage::Data, Stage::Dot] {
        faults.push((Fault::at(stage, Reply("what? no!")), retried("").and_dead()));
    }
    for stage in STAGES.into_iter().chain([Stage::Content]) {
        let copies = if stage == Stage::Dot { 2 } else { 1 };
        faults.push((Fault::at(stage, HangUp), retried("").and_dead().copies(copies)));
    }
    let (_, _folder, ca_file) = authority();
    run("SMTP: other replies and none", plan(), "email", rows(&ca_file, faults).await, &SECRETS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn relays_that_say_nothing() {
    let says = |stage| {
        retried("ran for more than 1s (plugins.limits.channel_wall)").copies(if stage == Stage::Dot { 2 } else { 1 })
    };
    let faults = STAGES.map(|stage| (Fault::at(stage, Hold), says(stage))).into();
    let (_, _folder, ca_file) = authority();
    let plan = plan().channel_wall(Duration::from_secs(1));
    run("SMTP: stalls, under a wall of 1 s", plan, "email", rows(&ca_file, faults).await, &SECRETS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn relays_whose_tls_is_not_to_be_trusted() {
    let (own, _folder, ca_file) = authority();
    let good = || Some(own.vouch_for("127.0.0.1"));
    let stranger = Authority::default();
    let at = |name: &str, act| Fault { script: vec![(Stage::StartTls, act)], ..Fault::tls(name, &own, good()) };
    let injected = "250-relay.test\r\n250 AUTH PLAIN\r\n235 welcome\r\n250 a\r\n250 b\r\n354 c\r\n250 taken by nobody";
    let faults = vec![
        (Fault::tls("trusted by `ca_file`", &own, good()), delivered("250 taken")),
        (Fault::tls("STARTTLS not offered", &own, None), retried("STARTTLS").and_dead()),
        (at("STARTTLS: `454`", Reply("454 4.7.0 not now")), retried("not now").and_dead()),
        (at("STARTTLS: `220`, then no TLS", Reply("220 go\r\n500 rubbish")), retried("").and_dead()),
        (at("STARTTLS: `220` with answers to come", ReplyAnd(injected)), retried("").and_dead()),
        (at("STARTTLS: hangs up", HangUp), retried("").and_dead()),
        (Fault::tls("expired", &own, Some(own.vouched_once_for("127.0.0.1"))), retried("expired").and_dead()),
        (Fault::tls("for another name", &own, Some(own.vouch_for("relay.test"))), retried("not valid for").and_dead()),
        (
            Fault::tls("of a stranger", &own, Some(stranger.vouch_for("127.0.0.1"))),
            retried("invalid peer certificate").and_dead(),
        ),
        (
            Fault {
                mode: TlsMode::Opportunistic,
                ..Fault::tls("of a stranger, TLS if offered", &own, Some(stranger.vouch_for("127.0.0.1")))
            },
            retried("invalid peer certificate").and_dead(),
        ),
        (
            Fault { mode: TlsMode::Wrapper, ..Fault::new("no TLS where `smtps` is asked for") },
            retried("").and_dead().for_ever(),
        ),
    ];
    run("SMTP: TLS", plan(), "email", rows(&ca_file, faults).await, &SECRETS).await;
}

/// Everybody of one run has a fate of their own.
#[tokio::test(flavor = "multi_thread")]
async fn recipients_of_one_run_share_nothing() {
    let (database, relay) = (Database::fresh_sqlite(), Relay::start().await);
    relay.on_mails_to("busy@x.test", Stage::Recipient, Reply("450 4.2.1 busy"));
    relay.on_mails_to("gone@x.test", Stage::Recipient, Reply("550 5.1.1 no such user"));
    let office = Plan::email(smtp(&relay.url())).open(&database.url(), at("2026-05-04T09:00:00Z")).await;
    office.put(["busy", "gone", "pam"].map(|name| notice(&format!("{name}@x.test")))).await;
    let fates = |ended: Vec<nudged::pipeline::Delivery>| {
        let mut fates: Vec<_> = ended.iter().map(|end| (end.notification.recipient.clone(), end.outcome)).collect();
        fates.sort();
        fates
    };
    let fate = |name: &str, outcome| (format!("{name}@x.test"), outcome);
    assert_eq!(
        fates(office.deliver().await),
        [fate("busy", "retry"), fate("gone", "rejected"), fate("pam", "delivered")]
    );
    relay.release();
    office.clock.advance(chrono::TimeDelta::hours(2));
    assert_eq!(fates(office.deliver().await), [fate("busy", "delivered")]);
    assert_eq!(relay.taken().len(), 2);
}

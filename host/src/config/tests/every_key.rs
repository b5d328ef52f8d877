//! A file that uses what the least one leaves to its defaults.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveTime, Weekday};

use super::*;
use crate::policy::{Brake, Cadence, Level, QuietHours, Schedule, WorkCalendar};

const FILE: &str = r##"{
  "source": {
    "url": "sqlite://sample.db",
    "link": "https://x.test/s/{uri}", "dataset_link": "https://x.test/d/{uri}", "environment_link": "https://x.test/e/{uri}",
  },
  "sources": {
    "certs": {
      "type": "sql", "url": "sqlite://ops.db", "timezone": "Europe/Paris",
      "query": "SELECT serial, team_column FROM cert;", "id": "serial",
      "roles": { "owners": "team_column" }, "link": "https://x.test/{serial}/{team_column}",
    },
  },
  "store": { "url": "sqlite://nudged.db" },
  "directory": {
    "fallback": { "email": "ops@example.com", "events": "#ops" },
    "file": "people.csv",
    "sql": { "url": { "env": "DB" }, "query": "SELECT address FROM people WHERE team = $1", "channel": "events", "cache": "1h" },
  },
  "calendars": { "gulf": { "weekend": ["friday", "saturday"], "holidays": ["2026-12-02"] }, "plain": {} },
  "preferences": {
    "groups": {
      "sales-admins": { "mute": ["expired"], "channels": { "monthly": ["email"], "*": ["email", "events"] }, "calendar": "gulf" },
      "hr-admins": { "mute": true },
    },
    "recipients": {
      "Pam@Example.com": { "mute": false, "channels": ["email"], "timezone": "Asia/Dubai", "quiet_hours": "22:00-07:00" },
      "#sales": { "quiet_hours": "00:00-00:00" },
    },
  },
  "reminders": {
    "certs": {
      "strategy": "expiring-record", "source": "certs", "channels": ["email", "events"], "mandatory": true,
      "run_schedule": [7, 3, 1], "run_at": "08:30", "timezone": "Europe/London", "audience": ["owners"],
      "quiet_hours": "18:00-08:00", "calendar": "gulf", "closing_notice": true, "digest_limit": 5,
      "cadence": { "after": "3 working days", "every": "1 working day", "max": 3, "decay": 1.5, "escalate_to": "owners" },
    },
    "ladder": { "channels": ["email"], "cadence": { "mode": "ladder", "days_before": [1, 30, 0, 7] }, "group_notifications": false },
    "monthly": { "channels": ["email"], "run_schedule": [0], "on_expiry": "mark" },
    "expired": {
      "channels": ["email"], "cadence": { "mode": "single" },
      "on_expiry": {
        "do": "escalate", "escalate_to": "stewards", "last_notice": "2d",
        "confidentiality": { "Secret": "revoke", "Unclassified": "notify" },
        "actions": { "channel": "events", "to": "#ops" },
      },
    },
  },
  "channels": {
    "email": {
      "from": "nudged@example.com", "maildir": "mail", "ca_file": "ca.pem",
      "templates": "templates/email", "unsubscribe": "https://x.test/stop?who={recipient}",
    },
    "events": {
      "plugin": "chat", "secrets": { "token": { "env": "RELAY" } }, "ca_file": "/etc/ssl/own.pem",
      "concurrency": 2, "rate": "30/min", "unsubscribe": "mailto:stop@example.com?subject={recipient}",
    },
  },
  "delivery": { "recheck_after": "0s", "dead_after": 3, "retention": "90d" },
  "plugins": {
    "cache_size": "1GiB", "poll": "1m", "shadow": true, "hold": true,
    "limits": {
      "memory": "32MiB", "strategy_wall": "7s", "channel_wall": "20s", "fuel": 5000000000, "hourly": "5m", "instances": 4,
      "findings": 500, "result_bytes": "1MiB", "host_bytes": "8MiB", "handles": 200, "log_bytes": "4KiB",
      "file_bytes": "2MiB", "compile_wall": "90s", "compile_memory": "1GiB",
    },
    "limits_for": { "chat": { "channel_wall": "1m", "fuel": 0, "instances": 2 }, "monthly": {} },
    "grants": {
      "chat": {
        "http": ["Hooks.X.test", "http://127.0.0.1:8080"], "networks": ["127.0.0.1/8"], "interfaces": ["inbox", "http", "mail"],
        "digests": [
          "sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
          "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        ],
      },
    },
  },
  "brake": { "factor": 2.5, "first_run": 20, "least": 7 },
}"##;

fn config() -> Config {
    let Loaded { config, warnings } = parsed(FILE).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(warnings, []);
    config
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn time(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).expect("a time of day")
}

fn gulf() -> WorkCalendar {
    let holidays = BTreeSet::from([NaiveDate::from_ymd_opt(2026, 12, 2).expect("a date")]);
    WorkCalendar { weekend: vec![Weekday::Fri, Weekday::Sat], holidays }
}

#[test]
fn links_and_sources_mean_what_is_written() {
    let Config { source, records, .. } = config();
    let link = |page: &str| Some(format!("https://x.test/{page}/{{uri}}"));
    assert_eq!(source.links, Links { share: link("s"), dataset: link("d"), environment: link("e") });
    let certs = &records["certs"];
    assert_eq!((certs.name.as_str(), certs.id.as_str(), certs.timezone), ("certs", "serial", Tz::Europe__Paris));
    assert_eq!(certs.url, DatabaseUrl::Sqlite("/etc/nudged/ops.db".into()));
    assert_eq!(certs.query, "SELECT serial, team_column FROM cert");
    assert_eq!(certs.roles, BTreeMap::from([("owners".to_owned(), "team_column".to_owned())]));
    assert_eq!(certs.link.as_deref(), Some("https://x.test/{serial}/{team_column}"));
}

#[test]
fn directories_mean_what_is_written() {
    let directory = config().directory;
    assert_eq!(directory.file.as_deref(), Some(Path::new("/etc/nudged/people.csv")));
    let sql = directory.sql.expect("a query");
    assert_eq!(sql.url, DatabaseUrl::Postgres(Secret::new(env("DB").expect("a URL"))));
    assert_eq!((sql.channel.as_str(), sql.cache), ("events", Duration::from_secs(3600)));
    assert!(sql.query.contains("$1"), "{}", sql.query);
}

#[test]
fn schedules_and_cadences_mean_what_is_written() {
    let reminders = config().reminders;
    let monthly = |days: &[u32], at, zone| Schedule::month_end(days, at, zone).expect("a schedule").to_string();
    let schedule = |name: &str| reminders[name].schedule.to_string();
    assert_eq!(schedule("certs"), monthly(&[7, 3, 1], time(8, 30), Tz::Europe__London));
    assert_eq!(schedule("monthly"), monthly(&[0], time(9, 0), Tz::UTC));
    let repeating = Repeating {
        every: Some(Wait::WorkingDays(1)),
        max: Some(3),
        decay: Some(1.5),
        escalate_to: Some("owners".to_owned()),
    };
    let certs = Cadence { mode: Mode::Repeating(repeating), after: Wait::WorkingDays(3) };
    assert_eq!(reminders["certs"].cadence, certs);
    assert_eq!(reminders["ladder"].cadence.mode, Mode::Ladder { days_before: vec![30, 7, 1, 0] });
}

#[test]
fn what_else_a_reminder_says_is_what_is_meant() {
    let reminders = config().reminders;
    let ReminderConfig { records, mandatory, quiet_hours, calendar, closing_notice, digest_limit, .. } =
        &reminders["certs"];
    assert_eq!((records.as_deref(), *mandatory, *closing_notice, *digest_limit), (Some("certs"), true, true, 5));
    assert_eq!(*quiet_hours, Some(QuietHours { from: time(18, 0), to: time(8, 0) }));
    assert_eq!(**calendar, gulf());
    let least = &reminders["ladder"];
    assert_eq!((&least.records, least.mandatory, least.closing_notice, least.digest_limit), (&None, false, false, 50));
    assert_eq!((least.quiet_hours, &*least.calendar), (None, &WorkCalendar::default()));
    assert!(!least.group_notifications && reminders["certs"].group_notifications);
}

#[test]
fn what_is_done_at_expiry_is_what_is_written() {
    let reminders = config().reminders;
    let expected = OnExpiry {
        default: ExpiryAction::Escalate,
        confidentiality: BTreeMap::from([
            ("Secret".to_owned(), ExpiryAction::Revoke),
            ("Unclassified".to_owned(), ExpiryAction::Notify),
        ]),
        last_notice: Span::days(2),
        escalate_to: "stewards".to_owned(),
        actions: Some(("events".to_owned(), "#ops".to_owned())),
    };
    assert_eq!(reminders["expired"].on_expiry, expected);
    let mark = OnExpiry { default: ExpiryAction::Mark, ..OnExpiry::default() };
    assert_eq!(reminders["monthly"].on_expiry, mark);
    assert_eq!(reminders["ladder"].on_expiry, OnExpiry::default());
}

#[test]
fn preferences_mean_what_is_written() {
    let Preferences { groups, recipients } = config().preferences;
    let sales = &groups["sales-admins"];
    let channels = [("monthly", set(&["email"])), ("*", set(&["email", "events"]))];
    assert_eq!(sales.channels, channels.into_iter().map(|(name, set)| (name.to_owned(), set)).collect());
    assert_eq!(sales.mute, set(&["expired"]));
    assert_eq!(sales.calendar.as_deref(), Some(&gulf()));
    assert_eq!(groups["hr-admins"], Preference { mute: set(&["*"]), ..Preference::default() });
    let pam = Preference {
        channels: BTreeMap::from([("*".to_owned(), set(&["email"]))]),
        timezone: Some(Tz::Asia__Dubai),
        quiet_hours: Some(QuietHours { from: time(22, 0), to: time(7, 0) }),
        ..Preference::default()
    };
    assert_eq!((&recipients["pam@example.com"], &recipients["Pam@Example.com"]), (&pam, &pam));
    let never = Some(QuietHours { from: time(0, 0), to: time(0, 0) });
    assert_eq!(recipients["#sales"], Preference { quiet_hours: never, ..Preference::default() });
}

#[test]
fn secrets_authorities_and_grants_mean_what_is_written() {
    let Config { channels, plugins, .. } = config();
    let events = &channels["events"];
    let relay = Secret::new(env("RELAY").expect("a URL"));
    assert_eq!(events.secrets, BTreeMap::from([("token".to_owned(), relay)]));
    assert_eq!(events.ca_file.as_deref(), Some(Path::new("/etc/ssl/own.pem")));
    let email = &channels["email"];
    let mail = email.mail.as_ref().expect("it sends mails");
    assert_eq!((&mail.ca_file, email.secrets.len()), (&Some("/etc/nudged/ca.pem".into()), 0));
    let host = |host: &str, port, plain| HostGrant { host: host.to_owned(), port, plain };
    let grant = Grant {
        http: vec![host("hooks.x.test", None, false), host("127.0.0.1", Some(8080), true)],
        networks: vec!["127.0.0.0/8".parse().expect("a network")],
        interfaces: set(&["http", "inbox", "mail"]),
        digests: set(&[
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ]),
    };
    assert_eq!(plugins.grants, BTreeMap::from([("chat".to_owned(), grant)]));
}

#[test]
fn limits_mean_what_is_written_and_single_plugins_differ_in_what_is_written_for_them() {
    let plugins = config().plugins;
    assert_eq!((plugins.cache_bytes, plugins.poll), (1 << 30, Duration::from_secs(60)));
    assert!(plugins.shadow && plugins.hold);
    let limits = Limits {
        memory: 32 << 20,
        strategy_wall: Duration::from_secs(7),
        channel_wall: Duration::from_secs(20),
        fuel: Some(5_000_000_000),
        hourly: Duration::from_secs(300),
        instances: 4,
        findings: 500,
        result_bytes: 1 << 20,
        host_bytes: 8 << 20,
        handles: 200,
        log_bytes: 4 << 10,
        file_bytes: 2 << 20,
        compile_wall: Duration::from_secs(90),
        compile_memory: 1 << 30,
    };
    assert_eq!(plugins.limits, limits);
    let chat = Limits { channel_wall: Duration::from_secs(60), fuel: None, instances: 2, ..limits.clone() };
    assert_eq!((plugins.limits_of("chat"), plugins.limits_of("monthly")), (&chat, &limits));
}

#[test]
fn templates_and_the_place_to_refuse_are_the_channels() {
    let channels = config().channels;
    let [email, events] = ["email", "events"].map(|name| &channels[name]);
    assert_eq!(email.templates.as_deref(), Some(Path::new("/etc/nudged/templates/email")));
    assert_eq!(email.unsubscribe.as_deref(), Some("https://x.test/stop?who={recipient}"));
    assert_eq!(events.templates, None);
    assert_eq!(events.unsubscribe.as_deref(), Some("mailto:stop@example.com?subject={recipient}"));
}

#[test]
fn a_brake_can_be_set_and_taken_off() {
    assert_eq!(config().brake, Brake { factor: 2.5, first_run: 20, least: 7 });
    let brake = |text: &str| parsed(&with(&[("brake", text)])).expect("a right file").config.brake;
    assert_eq!(brake("{}"), Brake::default());
    let off = brake(r#"{ "active": false }"#);
    for last in [vec![], vec![0], vec![1]] {
        let level = Level { last, released: None };
        assert_eq!(off.holds(u64::MAX, &level), None, "{level:?}");
    }
}

#[test]
fn delivery_goes_as_is_written() {
    let Config { channels, delivery, .. } = config();
    let events = &channels["events"];
    let rate = Rate { count: 30, per: Duration::from_secs(60) };
    assert_eq!((events.concurrency, events.rate), (Some(2), Some(rate)));
    assert_eq!((channels["email"].concurrency, channels["email"].rate), (None, None));
    assert_eq!((delivery.recheck_after, delivery.dead_after), (Duration::ZERO, 3));
    assert_eq!(delivery.retention, Span::days(90));
    for (written, count, seconds) in [("1/s", 1, 1), (" 100 / h", 100, 3600)] {
        let text = FILE.replace("30/min", written);
        let rate = parsed(&text).expect(written).config.channels["events"].rate;
        assert_eq!(rate, Some(Rate { count, per: Duration::from_secs(seconds) }), "{written}");
    }
}

#[test]
fn wishes_that_come_to_nothing_are_warned_of() {
    let text = FILE
        .replace(r##""mute": ["expired"]"##, r##""mute": ["certs", "expired", "*"]"##)
        .replace(r##""monthly": ["email"], "##, r##""certs": ["events"], "ladder": ["events"], "##);
    let expected = [
        "preferences.groups.sales-admins.channels.certs: \"certs\" is mandatory and goes out all the same; remove it here, or \"mandatory\" there",
        "preferences.groups.sales-admins.channels.ladder: \"ladder\" does not go out on `events`, so that this is ignored; write one of `email`",
        "preferences.groups.sales-admins.mute[0]: \"certs\" is mandatory and goes out all the same; remove it here, or \"mandatory\" there",
    ];
    let found: Vec<_> = problems(&text).iter().map(|line| line.replacen("config.json:22: warning: ", "", 1)).collect();
    assert_eq!(found, expected);
}

#[test]
fn the_api_listens_on_this_machine_unless_it_is_told_otherwise() {
    let api = |text: &str| parsed(&with(&[("api", text)])).expect("a right file").config.api;
    let at = |address: &str| Some(address.parse().expect("an address"));
    assert_eq!(api("{}"), ApiConfig { listen: at("127.0.0.1:8642"), token: None });
    assert_eq!(api(r#"{ "listen": "off" }"#).listen, None);
    assert_eq!(api(r#"{ "listen": "[::1]:0" }"#).listen, at("[::1]:0"));
    let token = Some(Secret::new(env("DB").expect("a text")));
    assert_eq!(
        api(r#"{ "listen": "0.0.0.0:80", "token": { "env": "DB" } }"#),
        ApiConfig { listen: at("0.0.0.0:80"), token }
    );
}

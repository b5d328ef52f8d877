//! Reminders of rows of an operator's own query, with the real binary: the example of certificates that expire, on SQLite
//! and on PostgreSQL.

use std::{fs, path::Path};

use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use nudged_tests::{Database, Home, Relay, Taken};
use serde_json::{Value, json};

use crate::source::on_both;

on_both! {
    crate::records::certificates:
    people_are_told_what_expires_when_and_where_to_look,
    each_step_is_told_once_and_a_renewed_certificate_counts_anew,
    a_row_without_an_id_is_a_listed_problem_and_one_without_a_deadline_none,
    a_misspelled_column_is_told_by_a_check_with_the_key_that_names_it,
    a_table_that_is_gone_stops_its_own_reminder_only,
    a_query_that_lost_the_deadline_closes_nothing,
}

/// A Friday: `shop` has six days left, `api` 26, and `vpn` is overdue.
const DAY: &str = "2026-04-24T09:00:00Z";

/// The reminder about certificates that are still good.
const EXPIRING: &[&str] = &["scan", "--reminder", "expiring-certificate", "--format", "json", "--now"];

/// A home that reminds of certificates beside shares.
struct World {
    certificates: Database,
    relay: Relay,
    home: Home,
}

async fn certificates(database: Database) -> World {
    database.execute(include_str!("../../examples/certificates/certificates.sql")).await;
    let relay = Relay::start().await;
    let mut home = Home::new(&relay.url()).await;
    home.add_plugin("due-record");
    let example = example();
    home.configure(|config| {
        config["sources"] = example["sources"].clone();
        config["sources"]["certificates"]["url"] = json!(database.written_url());
        for section in [&["reminders"][..], &["directory", "groups"]] {
            let (mut ours, mut theirs) = (&mut *config, &example);
            for key in section {
                (ours, theirs) = (&mut ours[key], &theirs[key]);
            }
            ours.as_object_mut().expect("an object").extend(theirs.as_object().expect("an object").clone());
        }
    });
    // Keeps the compiled plugin, which commands that write nothing do not.
    home.well(&["deliver", "--once"]).await;
    World { certificates: database, relay, home }
}

fn example() -> Value {
    let text = include_str!("../../examples/certificates/config.json");
    let parsed = parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default());
    parsed.expect("JSON with comments").value.expect("an object").into()
}

impl World {
    /// The verdicts about certificates that are still good, on a day: item, recipient, verdict and code.
    async fn verdicts(&self, day: &str) -> Vec<String> {
        let now = format!("{day}T09:00:00Z");
        let stdout = self.home.well(&[EXPIRING, &[&now]].concat()).await;
        let rows = stdout.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let shown = |row: Value| {
            row["verdict"]
                .is_string()
                .then(|| [&row["item"], &row["recipient"], &row["verdict"], &row["code"]].map(text).join(" "))
        };
        let mut verdicts: Vec<_> = rows.filter_map(shown).collect();
        verdicts.sort();
        verdicts
    }

    async fn deliver(&self) -> Vec<Taken> {
        let before = self.relay.taken().len();
        self.home.well(&["deliver", "--once"]).await;
        self.relay.taken().split_off(before)
    }
}

fn mail_to<'m>(mails: &'m [Taken], address: &str) -> &'m Taken {
    let mut own = mails.iter().filter(|mail| mail.to == [address]);
    let mail = own.next().unwrap_or_else(|| panic!("no mail to {address}: {mails:?}"));
    assert!(own.next().is_none(), "two mails to {address}");
    mail
}

fn assert_holds(mail: &Taken, phrases: &[&str]) {
    let words = mail.words();
    for phrase in phrases {
        assert!(words.contains(phrase), "{phrase:?} is missing in {words}");
    }
}

async fn people_are_told_what_expires_when_and_where_to_look(world: World) {
    let dry = world.home.well(&["scan", "--dry-run", "--now", DAY]).await;
    for line in [
        "send first        expiring-certificate record:certificates:4f:01 -> olga@example.com (email), no. 1",
        "send first        expiring-certificate record:certificates:4f:01 -> web@example.com (email), no. 1",
        "send first        expiring-certificate record:certificates:4f:02 -> web@example.com (email), no. 1",
        "send first        expired-certificate record:certificates:4f:03 -> nina@example.com (email), no. 1",
    ] {
        assert!(dry.lines().any(|shown| shown == line), "{line:?} is missing in {dry}");
    }
    assert!(!dry.contains("7c:09") && !dry.contains("7c:10") && !dry.contains("problem at"), "{dry}");
    assert!(dry.contains(" in 5 notifications,"), "{dry}");

    world.home.well(&["scan", "--now", DAY]).await;
    let mails = world.deliver().await;

    assert_eq!(mails.len(), 5, "pam, olga, web, nina and noah: {mails:?}");
    let olga = mail_to(&mails, "olga@example.com");
    assert!(olga.field("Subject").starts_with("[ACTION REQUIRED] Renewing the certificate of shop.example.com"));
    let phrases = [
        "This waits for you.",
        "Renewing the certificate of shop.example.com is due in 6 days, on 30 April 2026.",
        "It was issued by Example CA; browsers refuse the site once it has expired.",
        "https://ops.example.com/certificates/4f%3A01",
    ];
    assert_holds(olga, &phrases);
    let web = mail_to(&mails, "web@example.com");
    assert_holds(web, &phrases[1..]);
    let others = [
        "2 things wait for you as a member of web-team.",
        "1. Renewing the certificate of shop.example.com is due",
        "2. Renewing the certificate of api.example.com is due",
        "is due in 26 days, on 20 May 2026.",
    ];
    assert_holds(web, &others);
    let overdue = "Renewing the certificate of vpn.example.com was due 3 days ago, on 21 April 2026.";
    for address in ["nina@example.com", "noah@example.com"] {
        assert_holds(mail_to(&mails, address), &[overdue, "as a member of network-team"]);
    }
    assert_holds(mail_to(&mails, "pam@x.test"), &["Sales"]);
}

async fn each_step_is_told_once_and_a_renewed_certificate_counts_anew(world: World) {
    let shop = |code: &str| ["olga", "web"].map(|who| format!("record:certificates:4f:01 {who}@example.com {code}"));
    let api = |code: &str| format!("record:certificates:4f:02 web@example.com {code}");
    let of_shop = |verdicts: Vec<String>| verdicts.into_iter().filter(|one| one.contains("4f:01")).collect::<Vec<_>>();
    let verdicts = world.verdicts("2026-04-19").await;
    assert_eq!(of_shop(verdicts), shop("send first"), "the step of 14 days");
    world.deliver().await;
    let verdicts = world.verdicts("2026-04-22").await;
    assert_eq!((verdicts[..2].to_vec(), &verdicts[2]), (shop("hold not-due").into(), &api("send first")));
    world.deliver().await;
    let verdicts = world.verdicts("2026-04-24").await;
    assert_eq!(verdicts[..2], shop("send step"), "the step of 7 days");
    assert_eq!(verdicts[2], api("hold not-due"), "told on the 22nd, for the step of 30 days");
    let mails = world.deliver().await;
    assert_holds(mail_to(&mails, "olga@example.com"), &["(reminder 2, first sent on "]);

    world.certificates.execute("UPDATE certificate SET not_after = '2026-05-10' WHERE serial = '4f:01'").await;
    assert_eq!(of_shop(world.verdicts("2026-04-27").await), shop("send first"), "14 days before the new last day");
}

async fn a_row_without_an_id_is_a_listed_problem_and_one_without_a_deadline_none(world: World) {
    let nameless = "CREATE VIEW all_of_them AS SELECT * FROM certificate UNION ALL \
                    SELECT NULL, 'old.example.com', 'web-team', NULL, 'Example CA', not_after FROM certificate WHERE serial = '4f:01'";
    world.certificates.execute(nameless).await;
    let World { mut home, .. } = world;
    home.configure(|config| {
        let query = &mut config["sources"]["certificates"]["query"];
        *query = json!(query.as_str().expect("a query").replace("FROM certificate", "FROM all_of_them"));
    });
    let done = home.nudged(&["scan", "--dry-run", "--now", DAY]).await;
    assert_eq!(done.code, Some(0), "{done:?}");
    let problems: Vec<_> = done.stdout.lines().filter(|line| line.starts_with("problem")).collect();
    assert_eq!(problems.len(), 1, "{problems:?}");
    let words = ["sources.certificates: ", "host=\"old.example.com\"", "has no \"serial\""];
    assert!(words.iter().all(|word| problems[0].contains(word)), "{problems:?}");
    assert!(done.stdout.contains("4f:01 -> olga@example.com"), "{}", done.stdout);
    assert!(!done.stdout.contains("7c:10"), "{}", done.stdout);
}

async fn a_misspelled_column_is_told_by_a_check_with_the_key_that_names_it(world: World) {
    let World { mut home, .. } = world;
    let checked = home.well(&["check"]).await;
    let well = "ok    sources.certificates: can be used; it has: serial, host, team, contact, not_after, name, note";
    assert!(checked.lines().any(|line| line == well), "{checked}");
    for (pointer, fault) in [
        ("/sources/certificates/roles/owners", "FAULT sources.certificates: sources.certificates.roles.owners: "),
        ("/sources/certificates/id", "FAULT sources.certificates: sources.certificates.id: "),
        (
            "/reminders/expiring-certificate/parameters/deadline_column",
            "FAULT reminders.expiring-certificate: parameters.deadline_column: ",
        ),
    ] {
        let mut before = Value::Null;
        home.configure(|config| before = config.pointer_mut(pointer).expect("it is there").take());
        home.configure(|config| *config.pointer_mut(pointer).expect("it is there") = json!("teem"));
        let done = home.nudged(&["check"]).await;
        assert_eq!(done.code, Some(1), "{done:?}");
        let told = done.stdout.lines().find(|line| line.starts_with(fault)).unwrap_or_else(|| panic!("{done:?}"));
        assert!(
            told.ends_with("no column \"teem\"; it has: serial, host, team, contact, not_after, name, note"),
            "{told}"
        );

        let done = home.nudged(&["scan", "--dry-run", "--now", DAY]).await;
        assert_eq!(done.code, Some(1), "{done:?}");
        assert!(done.stdout.contains("problem: reminder expiring-certificate did not run: "), "{done:?}");
        assert!(done.stdout.contains("-> pam@x.test"), "{done:?}");
        home.configure(|config| *config.pointer_mut(pointer).expect("it is there") = before);
    }
}

async fn a_table_that_is_gone_stops_its_own_reminder_only(world: World) {
    world.certificates.execute("ALTER TABLE certificate RENAME TO away").await;
    let done = world.home.nudged(&["scan", "--now", DAY]).await;
    assert_eq!(done.code, Some(1), "{done:?}");
    for reminder in ["expiring-certificate", "expired-certificate"] {
        let line = format!("problem: reminder {reminder} did not run: source: sources.certificates.query: ");
        assert!(done.stdout.lines().any(|told| told.starts_with(&line)), "{done:?}");
    }
    let mails = world.deliver().await;
    assert_eq!(mails.iter().flat_map(|mail| &mail.to).collect::<Vec<_>>(), ["pam@x.test"]);

    let daemon = world.home.daemon().await;
    daemon.until("sources.certificates.query: the query cannot be run").await;
    daemon.kill().await;
    world.certificates.execute("ALTER TABLE away RENAME TO certificate").await;
    let scan = world.home.well(&["scan", "--now", DAY]).await;
    assert!(scan.contains("send first        expiring-certificate record:certificates:4f:01"), "{scan}");
}

async fn a_query_that_lost_the_deadline_closes_nothing(world: World) {
    let World { mut home, certificates, relay } = world;
    home.configure(|config| config["reminders"]["expiring-certificate"]["closing_notice"] = json!(true));
    home.configure(|config| {
        config["sources"]["certificates"]["query"] = json!("SELECT *, host AS name, issuer AS note FROM certificate");
    });
    let world = World { certificates, relay, home };
    world.home.well(&["scan", "--now", DAY]).await;
    world.deliver().await;
    world.certificates.execute("ALTER TABLE certificate RENAME COLUMN not_after TO good_until").await;
    let done = world.home.nudged(&["scan", "--now", "2026-04-25T09:00:00Z"]).await;
    assert_eq!(done.code, Some(1), "{done:?}");
    assert!(!done.stdout.contains("resolved"), "{done:?}");
    assert!(
        done.stdout
            .contains("parameters.deadline_column: the query of sources.certificates has no column \"not_after\"")
    );
}

#[tokio::test]
async fn a_strategy_for_records_without_a_source_is_a_fault() {
    let World { mut home, .. } = certificates(Database::fresh_sqlite()).await;
    home.configure(|config| {
        drop(config["reminders"]["expiring-certificate"].as_object_mut().and_then(|one| one.shift_remove("source")));
    });
    let done = home.nudged(&["check"]).await;
    assert_eq!(done.code, Some(1), "{done:?}");
    let fault = "FAULT reminders.expiring-certificate: its strategy is about records: set `source` to one of `sources`";
    assert!(done.stdout.lines().any(|line| line == fault), "{done:?}");
}

/// What its README says, but for the plugins' folder.
#[tokio::test]
async fn the_example_runs_as_it_stands() {
    let home = Home::new("smtp://127.0.0.1:9").await;
    home.add_plugin("due-record");
    let text = include_str!("../../examples/certificates/config.json").replace("../../target/dev/plugins", "plugins");
    fs::write(home.path("config.json"), text).expect("a configuration");
    let database = Database::fresh_sqlite();
    database.execute(include_str!("../../examples/certificates/certificates.sql")).await;
    fs::copy(database.file(), home.path("certificates.db")).expect("the certificates");
    home.well(&["init", "--sample"]).await;
    home.well(&["check"]).await;
    home.well(&["scan", "--now", DAY]).await;
    home.well(&["deliver", "--once"]).await;
    let mails = |folder: &Path| fs::read_dir(folder).expect("a Maildir").count();
    assert_eq!(mails(&home.path("mail/new")), 4);
}

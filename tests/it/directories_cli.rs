//! Groups from the configuration, a file and a query together, with the real binary.

use std::fs;

use nudged_tests::{Database, Done, Home, NOW, Relay};
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::source::on_both;

on_both! {
    crate::directories_cli::offices:
    a_group_is_found_wherever_it_is_written,
    a_query_that_fails_is_a_fault_of_its_own,
}

const PEOPLE: &str =
    "group,channel,address\nteam-s2,email,jim@x.test\nteam-1,email,PAM@x.test\nteam-1,email,pete@x.test\n";

/// A home with three shares: of team-1, which is in the configuration and the file, of team-s2, which is in the file, and
/// of team-s3, which the database knows.
struct Offices {
    members: Database,
    home: Home,
}

async fn home_with_file(relay: &str) -> Home {
    let mut home = Home::new(relay).await;
    for uri in ["s2", "s3"] {
        home.add_share(uri, uri, "nobody@x.test").await;
    }
    home.configure(|config| {
        config["directory"]["groups"] = json!({ "team-1": { "email": "pam@x.test" } });
        config["directory"]["file"] = json!("people.csv");
    });
    fs::write(home.path("people.csv"), PEOPLE).expect("the people");
    home
}

async fn offices(members: Database) -> Offices {
    members
        .execute("CREATE TABLE member (team TEXT, mail TEXT); INSERT INTO member VALUES ('team-s3', 'sue@x.test'), ('team-1', 'pia@x.test')")
        .await;
    let mut home = home_with_file("smtp://127.0.0.1:9").await;
    let sql = json!({ "url": members.written_url(), "query": "SELECT mail AS address FROM member WHERE team = $1" });
    home.configure(|config| config["directory"]["sql"] = sql);
    Offices { members, home }
}

/// Who is told of which share.
fn told(scan: &str) -> Vec<String> {
    let rows = scan.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let sent = rows.filter(|row| row["verdict"] == "send");
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let mut told: Vec<_> = sent.map(|row| format!("{} {}", text(&row["item"]), text(&row["recipient"]))).collect();
    told.sort();
    told
}

fn assert_line(stdout: &str, begin: &str, end: &str) {
    let fits = |line: &str| line.starts_with(begin) && line.ends_with(end);
    assert!(stdout.lines().any(fits), "{begin:?} … {end:?} is missing in {stdout}");
}

async fn a_group_is_found_wherever_it_is_written(Offices { home, .. }: Offices) {
    let checked = home.well(&["check"]).await;
    assert_line(&checked, "ok    directory.file: ", "people.csv: 2 groups, 3 addresses");
    assert_line(&checked, "ok    directory.sql: ", ": the query runs");
    let scan = home.well(&["scan", "--dry-run", "--now", NOW, "--format", "json"]).await;
    let everybody = ["share:s1 pam@x.test", "share:s1 pete@x.test", "share:s1 pia@x.test"];
    assert_eq!(told(&scan), [&everybody[..], &["share:s2 jim@x.test", "share:s3 sue@x.test"]].concat());
    assert!(!scan.contains("\"problem\":"), "{scan}");
}

async fn a_query_that_fails_is_a_fault_of_its_own(Offices { members, home }: Offices) {
    members.execute("DROP TABLE member").await;
    let done = home.nudged(&["check"]).await;
    assert_eq!(done.code, Some(1), "{done:?}");
    assert_line(&done.stdout, "ok    directory.file: ", " addresses");
    assert_line(&done.stdout, "FAULT directory.sql: ", "");
    assert!(!format!("{done:?}").contains("postgres://"), "{done:?}");
    let Done { code, stderr, .. } = home.nudged(&["scan", "--dry-run", "--now", NOW]).await;
    assert_eq!(code, Some(1));
    assert!(stderr.contains("directory: directory.sql.query"), "{stderr}");
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_told_at_the_start_with_what_to_mend() {
    let home = home_with_file("smtp://127.0.0.1:9").await;
    let file = home.path("people.csv");
    let shown = file.display();
    let missing = format!("{shown}: does not exist: put it there, or correct directory.file");
    fs::remove_file(&file).expect("it was there");
    assert_refused(&home, &missing).await;
    fs::create_dir(&file).expect("a folder");
    assert_refused(&home, &format!("{shown}: cannot be read (")).await;
    fs::remove_dir(&file).expect("it was there");
    fs::write(&file, "group,channel,address\n\nteam-s2,email,jim\n").expect("a file");
    assert_refused(&home, &format!("{shown}:3: address: ")).await;
}

async fn assert_refused(home: &Home, message: &str) {
    for command in [&["run"][..], &["scan", "--now", NOW]] {
        let Done { code, stdout, stderr } = home.nudged(command).await;
        assert_eq!((code, stdout.as_str()), (Some(1), ""), "{stderr}");
        assert!(stderr.contains(&format!("nudged: directory: {message}")), "{message:?} is missing in {stderr}");
    }
    let Done { code, stdout, .. } = home.nudged(&["check"]).await;
    assert_eq!(code, Some(1), "{stdout}");
    assert_line(&stdout, &format!("FAULT directory.file: {message}"), "");
    assert_line(&stdout, "ok    source: ", "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_tells_whoever_a_changed_file_names() {
    let relay = Relay::start().await;
    let home = home_with_file(&relay.url()).await;
    let daemon = home.daemon().await;
    fs::write(home.path("people.part"), PEOPLE.replace("jim@", "jo@")).expect("the people");
    fs::rename(home.path("people.part"), home.path("people.csv")).expect("a new name");
    daemon.until("directory: read").await;
    fs::write(home.path("people.csv"), "group,channel\n").expect("half a file");
    daemon.until("the 2 groups that were read before stay").await;

    home.plan_run("pending-share").await;

    relay.until("three mails are taken", |record| record.taken.len() == 3).await;
    let mut told: Vec<_> = relay.taken().into_iter().flat_map(|mail| mail.to).collect();
    told.sort();
    assert_eq!(told, ["jo@x.test", "pam@x.test", "pete@x.test"]);
    daemon.signal(Signal::TERM);
    assert_eq!(daemon.end().await, Some(0));
}

#[tokio::test]
async fn everybody_in_a_large_sample_can_be_told() {
    let home = Home::new("smtp://127.0.0.1:9").await;
    home.add_plugins();
    fs::remove_file(home.path("config.json")).expect("it was there");
    home.well(&["init", "--sample", "--shares", "200"]).await;
    home.well(&["check"]).await;
    let scan = home.well(&["scan", "--dry-run", "--format", "json"]).await;
    for missing in ["no-recipient", "is not in the directory"] {
        assert!(!scan.contains(missing), "{missing}: {scan}");
    }
    let told = told(&scan);
    for address in
        ["pam@example.com", "amira.retail@example.com", "chloe.procurement@example.com", "farid.fleet@example.com"]
    {
        assert!(told.iter().any(|one| one.ends_with(address)), "{address}: {told:?}");
    }
}

#[tokio::test]
async fn a_configuration_without_its_sample_says_how_to_make_one() {
    let home = Home::new("smtp://127.0.0.1:9").await;
    home.add_plugins();
    fs::remove_file(home.path("config.json")).expect("it was there");
    home.well(&["init"]).await;
    let Done { code, stdout, .. } = home.nudged(&["check"]).await;
    assert_eq!(code, Some(1), "{stdout}");
    let faults: Vec<_> = stdout.lines().filter(|line| line.starts_with("FAULT")).collect();
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert_line(&stdout, "FAULT source: ", "make one with `nudged init --sample`");
    assert_line(&stdout, "FAULT directory.file: ", "does not exist: put it there, or correct directory.file");
}

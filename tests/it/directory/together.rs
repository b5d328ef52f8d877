//! Configuration, file and query as one directory.

use std::fs;

use nudged::{
    config::DirectoryConfig,
    directory::{Directories, Directory},
};
use nudged_tests::Database;
use tempfile::TempDir;

use super::{clock, email, mail, on_email, open, query, written};

const MEMBERS: &str = "SELECT address FROM members WHERE team = $1 ORDER BY address";

/// The group `all` is in all three places, `conf`, `file` and `sql` in one each.
async fn everywhere(folder: &TempDir, database: &Database) -> DirectoryConfig {
    database.execute("CREATE TABLE members (team TEXT, address TEXT)").await;
    let rows = "('all', 'al@x.test'), ('all', 'PAM@x.test'), ('all', 'zoe@x.test'), ('sql', 'sue@x.test')";
    database.execute(&format!("INSERT INTO members VALUES {rows}")).await;
    let path = folder.path().join("groups.json");
    let file =
        r##"{ "all": { "email": ["Pam@x.test", "bo@x.test"], "slack": "#all" }, "file": { "email": "fay@x.test" } }"##;
    fs::write(&path, file).expect("writes");
    DirectoryConfig {
        groups: written(&[("all", &["pam@x.test", "al@x.test"]), ("conf", &["cy@x.test"])]),
        fallback: on_email(&["ops@x.test"]),
        file: Some(path),
        ..query(database, MEMBERS)
    }
}

#[tokio::test]
async fn a_group_is_what_all_places_say_of_it_each_mailbox_once() {
    let (folder, database) = (TempDir::new().expect("a folder"), Database::fresh_sqlite());
    let directories = open(&everywhere(&folder, &database).await, &clock()).await.expect("a directory");
    assert_eq!(email(&directories, "all").await, ["pam@x.test", "al@x.test", "bo@x.test", "zoe@x.test"]);
    let all = directories.group("all").await.expect("an answer").expect("known");
    assert_eq!(all["slack"], ["#all"]);
    for (group, member) in [("conf", "cy@x.test"), ("file", "fay@x.test"), ("sql", "sue@x.test")] {
        assert_eq!(email(&directories, group).await, [member]);
    }
    assert_eq!(directories.group("none").await.expect("an answer"), None);
    assert_eq!(directories.fallback(), &on_email(&["ops@x.test"]));
}

#[tokio::test]
async fn a_place_that_cannot_answer_fails_a_group_that_the_others_know() {
    let (folder, database) = (TempDir::new().expect("a folder"), Database::fresh_sqlite());
    let directories = open(&everywhere(&folder, &database).await, &clock()).await.expect("a directory");
    database.execute("DROP TABLE members").await;
    directories.group("conf").await.expect_err("the query may know more members");
}

#[tokio::test]
async fn every_place_is_checked_apart_from_the_others() {
    let (folder, database) = (TempDir::new().expect("a folder"), Database::fresh_sqlite());
    let config = everywhere(&folder, &database).await;
    fs::write(folder.path().join("groups.json"), "{").expect("writes");
    database.execute("DROP TABLE members").await;
    let lines = Directories::check(&config, &mail(), clock()).await;
    let [("directory.file", Err(file)), ("directory.sql", Err(sql))] = &lines[..] else { panic!("{lines:?}") };
    assert!(file.to_string().contains("groups.json:1: column "), "{file}");
    assert!(sql.to_string().contains("directory.sql.query fails on "), "{sql}");
}

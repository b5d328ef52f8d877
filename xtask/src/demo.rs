//! `cargo xtask demo`: sample data, a scan, and what it sends, in a folder that can be looked at and run again.

use std::{path::Path, process::Command};

use anyhow::{Context, Result, bail};
use nudged_toolchain::shell::Shell;

use crate::{
    files,
    layout::{Parts, Profile},
    paths::Paths,
};

/// Headings and arguments of the commands that the demo runs, in order.
const STEPS: [(&str, &[&str]); 4] = [
    ("sample data: a small data.all with shares in every state", &["init", "--sample"]),
    ("check: is the configuration right?", &["check"]),
    ("scan: who must be told what?", &["scan"]),
    ("deliver: send it", &["deliver", "--once"]),
];

/// What the steps leave behind: removed before each demo. Anything else in the folder is the visitor's.
const MADE: [&str; 9] = [
    "mail",
    "nudged.db",
    "nudged.db-shm",
    "nudged.db-wal",
    "nudged-sample.db",
    "nudged-sample.db-shm",
    "nudged-sample.db-wal",
    "nudged-sample-people.csv",
    "smtp-url",
];

/// The setting of the sample configuration that `--smtp` replaces.
const MAILDIR: &str = "\"maildir\":";
/// The relay's address may hold a password: the configuration names this file instead.
const RELAY: &str = "\"smtp\": { \"url\": { \"file\": \"smtp-url\" } }";

/// Assembles `<target>/demo`, runs [`STEPS`] in it, and serves if asked to.
pub(crate) fn demo(shell: &Shell, paths: &Paths, smtp: Option<&str>, serve: bool) -> Result<()> {
    let parts = Parts::build(shell, paths, Profile::Debug)?;
    let folder = paths.target.join("demo");
    for name in MADE {
        files::remove(&folder.join(name))?;
    }
    parts.lay_into(&folder)?;
    if let Some(url) = smtp {
        send_by(&folder, url)?;
    }
    for (heading, arguments) in STEPS {
        println!("\n== {heading}\n$ nudged {}", arguments.join(" "));
        shell.run(nudged(&folder).args(arguments))?;
    }
    close(&folder, smtp.is_some())?;
    if serve {
        println!("\n== run: until Ctrl-C\n$ nudged run");
        shell.run(nudged(&folder).arg("run"))?;
    }
    Ok(())
}

fn nudged(folder: &Path) -> Command {
    let mut nudged = Command::new(folder.join("nudged"));
    nudged.current_dir(folder);
    nudged
}

/// Has the mails sent to a relay instead of kept in a folder.
fn send_by(folder: &Path, url: &str) -> Result<()> {
    let config = folder.join("config.json");
    let text = std::fs::read_to_string(&config)?;
    let text = with_relay(&text).with_context(|| format!("cannot set a relay in {}", config.display()))?;
    files::write_private(&folder.join("smtp-url"), url)?;
    files::write(&config, &text)
}

/// Replaces the one line `"maildir": "…"`, comma or not, and leaves all else as it is, comments included.
fn with_relay(config: &str) -> Result<String> {
    let is_maildir = |line: &&str| line.trim_start().starts_with(MAILDIR);
    let count = config.lines().filter(is_maildir).count();
    if count != 1 {
        bail!("one line has to start with {MAILDIR}, there are {count}");
    }
    let lines = config.lines().map(|line| if is_maildir(&line) { relay_line(line) } else { line.to_owned() });
    Ok(lines.map(|line| line + "\n").collect())
}

fn relay_line(maildir: &str) -> String {
    let indent = &maildir[..maildir.len() - maildir.trim_start().len()];
    let (before_comment, comment) = maildir.split_once(" //").map_or((maildir, None), |(a, b)| (a, Some(b)));
    let comma = if before_comment.trim_end().ends_with(',') { "," } else { "" };
    let comment = comment.map_or(String::new(), |comment| format!(" //{comment}"));
    format!("{indent}{RELAY}{comma}{comment}")
}

/// Where to look now.
fn close(folder: &Path, relayed: bool) -> Result<()> {
    let shown = folder.display();
    println!("\n== where to look");
    if relayed {
        println!("The mails went to the relay.");
    } else {
        let mails = files::entries(&folder.join("mail/new"))?;
        println!("{} mails are in {shown}/mail/new, a Maildir: `mutt -f {shown}/mail` opens it.", mails.len());
    }
    println!(
        "All of it is in {shown}: databases, config.json, plugins. Try there:\n\
         \x20 ./nudged scan --dry-run             what would be sent now, and why (nothing twice)\n\
         \x20 ./nudged scan --dry-run --format json\n\
         \x20 ./nudged run                        the daemon"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_maildir_line_becomes_a_relay_and_comments_stay() {
        let config = "{\n  // mails\n  \"from\": \"n@x.test\",\n  \"maildir\": \"mail\", // a folder\n  \"a\": 1\n}\n";
        let expected = "{\n  // mails\n  \"from\": \"n@x.test\",\n  \
                        \"smtp\": { \"url\": { \"file\": \"smtp-url\" } }, // a folder\n  \"a\": 1\n}\n";
        assert_eq!(with_relay(config).unwrap(), expected);
    }

    #[test]
    fn a_last_setting_gets_no_comma() {
        assert_eq!(with_relay("  \"maildir\": \"mail\"\n").unwrap(), format!("  {RELAY}\n"));
    }

    #[test]
    fn a_configuration_without_one_maildir_is_refused() {
        let error = with_relay("{\n  // \"maildir\": \"mail\"\n}\n").unwrap_err();
        assert!(error.to_string().contains("there are 0"), "{error}");
    }
}

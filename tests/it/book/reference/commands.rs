//! Every command's own help.

use std::process::Command;

use nudged_tests::binary;

const HEAD: &str = "# Commands

<!-- Generated from the program: do not edit. -->

What `nudged COMMAND -h` prints, for every command; `--help` says more. Results go to stdout, logs and remarks to stderr.
The exit code is 0 if all is well, 1 if the answer is no or the work failed, and 2 if the command line or the configuration
is wrong.
";

/// The whole page.
pub(super) fn page() -> String {
    let mut page = HEAD.to_owned();
    add(&mut page, &[]);
    page
}

fn add(page: &mut String, command: &[String]) {
    let help = help(command);
    let name = [&["nudged".to_owned()], command].concat().join(" ");
    *page += &format!("\n## `{name}`\n\n```text\n{}\n```\n", help.trim_end());
    for inner in subcommands(&help) {
        add(page, &[command, &[inner]].concat());
    }
}

fn help(command: &[String]) -> String {
    let asked = Command::new(binary()).args(command).arg("-h").env_remove("NUDGED_LOG").output();
    let answer = asked.expect("nudged starts");
    assert!(answer.status.success(), "{command:?}: {}", String::from_utf8_lossy(&answer.stderr));
    let text = String::from_utf8(answer.stdout).expect("help is UTF-8");
    text.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// What stands under "Commands:", but for the help that clap adds.
fn subcommands(help: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let lines = lines.take_while(|line| line.starts_with("  "));
    // A name stands two columns in; what is further in goes on with a description.
    let names = lines.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

//! Terminal sessions as pages show them: `$ command`, then what it prints. `...` stands for any lines, `[..]` for
//! anything within one.

/// A command and what it is to print.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) command: String,
    expected: Vec<String>,
}

impl Step {
    /// Whether this is what the page says.
    pub(super) fn accepts(&self, output: &str) -> bool {
        let expected: Vec<_> = self.expected.iter().map(|line| line.trim_end()).collect();
        let actual: Vec<_> = output.trim_end().lines().map(str::trim_end).collect();
        lines_match(&expected, &actual)
    }

    /// What the page says, for a report.
    pub(super) fn expected(&self) -> String {
        self.expected.join("\n")
    }
}

/// The steps of a block. A command goes on in lines that begin with `> `.
///
/// # Panics
/// If the block does not begin with a command: its first lines would be checked by nobody.
pub(super) fn steps(block: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in block.lines() {
        let last = steps.last_mut();
        match (line.strip_prefix("$ "), line.strip_prefix("> "), last) {
            (Some(command), ..) => steps.push(Step { command: command.to_owned(), expected: vec![] }),
            (None, Some(more), Some(step)) if step.expected.is_empty() => step.command += &format!("\n{more}"),
            (None, _, Some(step)) => step.expected.push(line.to_owned()),
            (None, _, None) => panic!("a console block begins with \"$ \", not with {line:?}"),
        }
    }
    steps.iter_mut().for_each(|step| {
        while step.expected.last().is_some_and(|line| line.trim().is_empty()) {
            step.expected.pop();
        }
    });
    steps
}

fn lines_match(expected: &[&str], actual: &[&str]) -> bool {
    match expected.split_first() {
        None => actual.is_empty(),
        Some((&"...", rest)) => (0..=actual.len()).any(|skipped| lines_match(rest, &actual[skipped..])),
        Some((line, rest)) => {
            actual.split_first().is_some_and(|(first, others)| line_matches(line, first) && lines_match(rest, others))
        }
    }
}

fn line_matches(pattern: &str, line: &str) -> bool {
    let Some((head, tail)) = pattern.split_once("[..]") else { return pattern == line };
    let Some(rest) = line.strip_prefix(head) else { return false };
    let mut ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    ends.any(|at| line_matches(tail, &rest[at..]))
}

#[test]
fn a_block_is_read_as_commands_with_their_output() {
    let steps = steps("$ one \\\n> two\nout\n\n...\n$ three\n");
    let commands: Vec<_> = steps.iter().map(|step| step.command.as_str()).collect();
    assert_eq!(commands, ["one \\\ntwo", "three"]);
    assert_eq!(steps[0].expected(), "out\n\n...");
    assert!(steps[1].accepts("") && !steps[1].accepts("something"), "no output means none");
}

#[test]
fn dots_stand_for_lines_and_for_parts_of_them() {
    let accepts = |expected: &str, output: &str| steps(&format!("$ x\n{expected}"))[0].accepts(output);
    assert!(accepts("a\n...\nz", "a\nb\nc\nz\n"));
    assert!(accepts("...", ""));
    assert!(accepts("wrote [..]/x.wasm ([..] KiB)", "wrote /tmp/ü/x.wasm (23 KiB)"));
    assert!(!accepts("[..]", ""), "a line is expected");
    assert!(!accepts("a\n...\nz", "a\nb\n"));
    assert!(!accepts("wrote [..] bytes", "wrote 3 lines"));
    assert!(!accepts("a", "a\nb"));
}

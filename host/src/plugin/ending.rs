//! What the end of a compiling child says of the component.

use std::{io, os::unix::process::ExitStatusExt, process::ExitStatus, time::Duration};

use rustix::process::Signal;

use super::{compile::NotCompiled, words::tidy};
use crate::config::Limits;

/// How a compilation ended.
#[derive(Debug)]
pub(super) enum Ending {
    /// The child ended by itself, or something else ended it.
    Ended(Answer),
    /// It took too long and was ended.
    Late {
        /// How long it was on a processor, if the kernel tells.
        ran: Option<Duration>,
    },
    /// It wrote more code than this many bytes and was ended.
    TooMuch {
        /// The bound.
        most: u64,
    },
    /// It could not be listened to.
    Unheard(io::Error),
}

/// What a child that has ended has left.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: ExitStatus,
    /// Compiled code, if it ended well.
    pub(super) code: Vec<u8>,
    /// What it said, if it did not.
    pub(super) complaint: String,
}

/// The code, or what is wrong: each limit by its name in the configuration, and whether it is worth trying again.
pub(super) fn judge(ending: Ending, limits: &Limits) -> Result<Vec<u8>, NotCompiled> {
    match ending {
        Ending::Ended(answer) if answer.status.success() => Ok(answer.code),
        Ending::Ended(answer) => Err(complained(&answer, limits)),
        Ending::Late { ran } => Err(late(ran, limits.compile_wall)),
        Ending::TooMuch { most } => Err(NotCompiled::lasting(format!(
            "becomes more than {most} bytes of compiled code, which no ordinary component of its size does; {SMALLER}"
        ))),
        Ending::Unheard(error) => Err(NotCompiled::passing(format!("the compiler could not be listened to: {error}"))),
    }
}

/// What the author can do about a component that takes too much.
const SMALLER: &str = "split large functions, or build it smaller";

fn complained(answer: &Answer, limits: &Limits) -> NotCompiled {
    let said = tidy(&answer.complaint);
    if is_memory(&said) {
        let most = limits.compile_memory;
        return NotCompiled::lasting(format!(
            "takes more than {most} bytes of memory to compile: raise plugins.limits.compile_memory, or {SMALLER}"
        ));
    }
    match (answer.status.code(), answer.status.signal()) {
        (Some(1), _) => NotCompiled::lasting(said),
        // 101 is how a panic ends a program.
        (Some(101), _) => NotCompiled::lasting(format!("brings the compiler to a panic, please report it: {said}")),
        (_, Some(signal)) => signalled(signal, &said, limits),
        _ => NotCompiled::lasting(format!("the compiler ended with {}: {said}", answer.status)),
    }
}

fn signalled(signal: i32, said: &str, limits: &Limits) -> NotCompiled {
    match Signal::from_named_raw(signal) {
        Some(Signal::XCPU) => late(None, limits.compile_wall),
        Some(Signal::ABORT | Signal::SEGV | Signal::BUS | Signal::ILL | Signal::FPE | Signal::TRAP) => {
            NotCompiled::lasting(format!("brings the compiler down (signal {signal}), please report it: {said}"))
        }
        _ => NotCompiled::passing(format!(
            "the compiler was ended from outside (signal {signal}): by somebody, or because the system ran out of memory"
        )),
    }
}

/// Whether the text is an allocation's that failed, be it Rust's own abort or wasmtime's error.
fn is_memory(said: &str) -> bool {
    said.contains("memory allocation of") || said.contains("out of memory")
}

/// A child that had the processor for less than half of its time might be in time on another day.
fn late(ran: Option<Duration>, wall: Duration) -> NotCompiled {
    match ran {
        Some(ran) if ran < wall / 2 => NotCompiled::passing(format!(
            "was not compiled within {wall:?} because the machine was busy: of these it ran for {ran:.1?}; \
             plugins.limits.compile_wall gives it more"
        )),
        _ => NotCompiled::lasting(format!(
            "takes more than {wall:?} to compile: raise plugins.limits.compile_wall, or {SMALLER}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `wait` tells it: the exit code in the second byte, or the signal in the first.
    fn ended(status: i32, complaint: &str) -> Ending {
        let (status, code) = (ExitStatus::from_raw(status), b"code".to_vec());
        Ending::Ended(Answer { status, code, complaint: complaint.to_owned() })
    }

    fn said(ending: Ending) -> (String, bool) {
        let limits = Limits { compile_wall: Duration::from_secs(60), compile_memory: 1 << 20, ..Limits::default() };
        let NotCompiled { reason, passing } = judge(ending, &limits).expect_err("a failure");
        (reason, passing)
    }

    #[test]
    fn a_child_that_ends_well_has_answered() {
        assert_eq!(judge(ended(0, "a warning"), &Limits::default()), Ok(b"code".to_vec()));
    }

    #[test]
    fn each_end_has_its_words_and_whether_it_is_tried_again() {
        let exit = |code: i32| code << 8;
        let memory = "takes more than 1048576 bytes of memory to compile: raise plugins.limits.compile_memory";
        let wall = "takes more than 60s to compile: raise plugins.limits.compile_wall";
        let cases = [
            (ended(exit(1), "is not a valid component: no"), "is not a valid component: no", false),
            (ended(exit(1), "is not a valid component: out of memory"), memory, false),
            (ended(6, "memory allocation of 64 bytes failed"), memory, false),
            (ended(6, "thread main has overflowed its stack"), "brings the compiler down (signal 6)", false),
            (ended(exit(101), "panicked at x.rs"), "to a panic, please report it: panicked at x.rs", false),
            (ended(exit(2), "usage"), "the compiler ended with exit status: 2: usage", false),
            (ended(11, ""), "brings the compiler down (signal 11)", false),
            (ended(24, ""), wall, false),
            (ended(9, ""), "ended from outside (signal 9)", true),
            (ended(15, ""), "ended from outside (signal 15)", true),
            (Ending::Late { ran: None }, wall, false),
            (Ending::Late { ran: Some(Duration::from_secs(30)) }, wall, false),
            (Ending::Late { ran: Some(Duration::from_millis(29_900)) }, "it ran for 29.9s", true),
            (Ending::TooMuch { most: 5 }, "becomes more than 5 bytes of compiled code", false),
            (Ending::Unheard(io::ErrorKind::BrokenPipe.into()), "could not be listened to", true),
        ];
        for (ending, text, again) in cases {
            let (reason, passing) = said(ending);
            assert!(reason.contains(text), "{reason:?} does not say {text:?}");
            assert_eq!(passing, again, "{reason}");
        }
    }

    #[test]
    fn what_the_child_says_is_one_line() {
        assert_eq!(said(ended(1 << 8, "one\n\u{1b}[31mtwo")).0, "one  [31mtwo");
    }
}

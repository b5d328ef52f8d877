//! `nudged compile-component`: what the daemon starts to compile one plugin. Nobody else need know of it.
//!
//! The component on stdin, its code on stdout, what is wrong with it on stderr; exit code 0 or 1.

use std::{
    io::{self, Read, Write},
    process::ExitCode,
};

use rustix::process::{Resource, Rlimit, nice, setrlimit};

use crate::plugin::{Allowance, precompile};

/// How far it steps back for everybody else: deliveries come before new plugins.
const NICE: i32 = 10;

pub(super) fn compile(allowance: &Allowance) -> ExitCode {
    match limit(allowance).and_then(|()| work(allowance.fuel)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            // Who does not listen any more has ended the matter himself.
            let _ = writeln!(io::stderr(), "{text}");
            ExitCode::FAILURE
        }
    }
}

fn work(fuel: bool) -> Result<(), String> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes).map_err(|error| format!("cannot be read: {error}"))?;
    let code = precompile(&bytes, fuel)?;
    io::stdout().lock().write_all(&code).map_err(|error| format!("the code cannot be written: {error}"))
}

/// Before the first byte of the component is read.
fn limit(allowance: &Allowance) -> Result<(), String> {
    let set = |resource, most, last| setrlimit(resource, Rlimit { current: Some(most), maximum: Some(last) });
    let seconds = allowance.seconds;
    // Memory that can be written, not address space: allocators and stacks reserve much more of that than they use.
    set(Resource::Data, allowance.memory, allowance.memory)
        // For when the daemon, which keeps the wall limit, is asleep or gone. The signal of the first second over it
        // tells this end from others.
        .and_then(|()| set(Resource::Cpu, seconds, seconds.saturating_add(1)))
        // A core dump would hold the plugin, and be large.
        .and_then(|()| set(Resource::Core, 0, 0))
        .and_then(|()| nice(NICE))
        .map(|_| ())
        .map_err(|error| format!("the compiler cannot be limited: {error}"))
}

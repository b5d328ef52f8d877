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
    match limit(allowance).map_err(|error| format!("the compiler cannot be limited: {error}")).and_then(|()| {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map_err(|error| format!("cannot be read: {error}"))?;
        let code = precompile(&bytes, allowance.fuel)?;
        io::stdout().lock().write_all(&code).map_err(|error| format!("the code cannot be written: {error}"))
    }) {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            // Who does not listen any more has ended the matter himself.
            let _ = writeln!(io::stderr(), "{text}");
            ExitCode::FAILURE
        }
    }
}

/// Before the first byte of the component is read.
fn limit(allowance: &Allowance) -> io::Result<()> {
    let most = |limit| Rlimit { current: Some(limit), maximum: Some(limit) };
    // Memory that can be written, not address space: allocators and stacks reserve much more of that than they use.
    setrlimit(Resource::Data, most(allowance.memory))?;
    // For when the daemon, which keeps the wall limit, is asleep or gone. The soft limit's signal tells it from others.
    let seconds = allowance.seconds;
    setrlimit(Resource::Cpu, Rlimit { current: Some(seconds), maximum: Some(seconds.saturating_add(1)) })?;
    // A core dump would hold the plugin, and be large.
    setrlimit(Resource::Core, most(0))?;
    nice(NICE)?;
    Ok(())
}

//! Compiling components.

use std::path::PathBuf;

use wasmtime::{Engine, component::Component};

use crate::config::Limits;

/// What compiles components: a program that is started for each, so that one that takes too much of anything takes
/// nobody down with it.
#[derive(Debug, Clone)]
pub struct Compiler {
    program: PathBuf,
}

impl Compiler {
    /// This very program.
    pub fn this_program() -> Self {
        Self::of(PathBuf::from("/proc/self/exe"))
    }

    /// Another copy of this program: for tests, which are programs of their own.
    pub fn of(program: PathBuf) -> Self {
        Self { program }
    }

    /// The compiled component, as `Component::deserialize` takes it.
    pub(super) async fn compile(&self, engine: &Engine, bytes: Vec<u8>, limits: &Limits) -> Result<Vec<u8>, String> {
        tracing::trace!(program = ?self.program, "compiling");
        let engine = engine.clone();
        let compiled = tokio::task::spawn_blocking(move || Component::new(&engine, &bytes)?.serialize());
        match tokio::time::timeout(limits.compile_wall, compiled).await {
            Ok(Ok(Ok(code))) => Ok(code),
            Ok(Ok(Err(error))) => Err(format!("is not a valid component: {error:#}")),
            Ok(Err(_)) => Err("brought the compiler to a panic; please report the file".to_owned()),
            Err(_) => Err(format!("took more than {:?} to compile", limits.compile_wall)),
        }
    }
}

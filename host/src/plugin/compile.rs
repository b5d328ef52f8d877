//! Compiling components, in a process of its own for each.
//!
//! Whoever writes a component decides what its compilation takes: a small file can need minutes and gigabytes. So
//! everything that reads its bytes (validation, translation, the optimiser) happens in a child with limits, and this
//! process loads only the child's answer.

use std::{path::PathBuf, process::Stdio, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    process::{Child, Command},
    sync::Semaphore,
};

use super::{
    ending::{Answer, Ending, judge},
    engine::{self, PluginEngine},
};
use crate::config::Limits;

/// Children at one time. Each may take a processor and `compile_memory`: more would not be done earlier, and together
/// they could take all the memory there is.
const AT_ONE_TIME: usize = 4;

/// Bytes of the child's complaint that are kept: a sentence and some lines of evidence.
const COMPLAINT: u64 = 4 << 10;

/// Most bytes of code that a component of so many bytes may become. Plugins and test guests, measured, become three to
/// four times as large; the rest is room for the adapters between components, of which a few bytes make many.
const fn most_code(bytes: u64) -> u64 {
    (8 << 20) + 16 * bytes
}

/// What compiles components: a program that is started for each, so that one that takes too much of anything takes
/// nobody down with it.
#[derive(Debug, Clone)]
pub struct Compiler {
    program: PathBuf,
    places: Arc<Semaphore>,
}

/// What a child may use; it limits itself by what its arguments say.
#[derive(Debug, Clone, clap::Args)]
pub struct Allowance {
    /// Bytes of memory.
    #[arg(long)]
    pub memory: u64,
    /// Seconds on a processor.
    #[arg(long)]
    pub seconds: u64,
    /// Whether the code is to count fuel.
    #[arg(long)]
    pub fuel: bool,
}

/// Why there is no compiled code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NotCompiled {
    /// What is wrong and what would mend it.
    pub(super) reason: String,
    /// Whether the same bytes may be compiled another time.
    pub(super) passing: bool,
}

impl NotCompiled {
    pub(super) fn lasting(reason: String) -> Self {
        Self { reason, passing: false }
    }

    pub(super) fn passing(reason: String) -> Self {
        Self { reason, passing: true }
    }
}

impl Compiler {
    /// This very program. The kernel's own name for it leads to the file that was started, also after another version
    /// has taken its place on disk: that one might answer with code of another wasmtime.
    pub fn this_program() -> Self {
        Self::of(PathBuf::from("/proc/self/exe"))
    }

    /// Another copy of this program: for tests, which are programs of their own.
    pub fn of(program: PathBuf) -> Self {
        Self { program, places: Arc::new(Semaphore::new(AT_ONE_TIME)) }
    }

    /// The compiled component, as `Component::deserialize` takes it.
    ///
    /// # Errors
    /// Why it cannot be compiled, or not within the limits.
    pub(super) async fn compile(
        &self,
        engine: &PluginEngine,
        bytes: &[u8],
        limits: &Limits,
    ) -> Result<Vec<u8>, NotCompiled> {
        // Waiting for a place is not counted. The semaphore is never closed.
        let _place = self.places.acquire().await.ok();
        let seconds = limits.compile_wall.as_secs() + 1;
        let allowance = Allowance { memory: limits.compile_memory, seconds, fuel: engine.counts_fuel() };
        let child = self.command(&allowance).spawn();
        let child = child.map_err(|error| NotCompiled::passing(format!("the compiler cannot be started: {error}")))?;
        judge(run(child, bytes, limits.compile_wall).await, limits)
    }

    /// The child inherits no environment (it may hold secrets), no folder, and no descriptor that this process has opened:
    /// they all are closed when another program starts.
    fn command(&self, allowance: &Allowance) -> Command {
        let mut command = Command::new(&self.program);
        command.arg0("nudged").arg("compile-component");
        command.args(["--memory", &allowance.memory.to_string(), "--seconds", &allowance.seconds.to_string()]);
        if allowance.fuel {
            command.arg("--fuel");
        }
        command.env_clear().current_dir("/");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.kill_on_drop(true);
        command
    }
}

/// Has the child compile, and sees to it that it is gone afterwards.
async fn run(mut child: Child, bytes: &[u8], wall: Duration) -> Ending {
    let most = most_code(bytes.len() as u64);
    let ended = match tokio::time::timeout(wall, talk(&mut child, bytes, most)).await {
        Ok(Ok(answer)) => Ending::Ended(answer),
        Ok(Err(ending)) => ending,
        Err(_) => Ending::Late { ran: processor_time(&child).await },
    };
    // It has ended, or is ended here; then it is waited for, so that no zombie stays.
    let _ = child.kill().await;
    ended
}

/// Writes and reads at the same time: neither side waits for the other to make room in a pipe.
///
/// # Errors
/// As soon as there is no use in listening on.
async fn talk(child: &mut Child, bytes: &[u8], most: u64) -> Result<Answer, Ending> {
    let (Some(mut stdin), Some(mut stdout), Some(mut stderr)) =
        (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Err(Ending::Unheard(std::io::ErrorKind::NotConnected.into()));
    };
    let write = async {
        // A child that does not read to the end says why by other ways.
        let _ = stdin.write_all(bytes).await;
        drop(stdin);
        Ok(())
    };
    let complaint = async { all_of(&mut stderr).await.map_err(Ending::Unheard) };
    let ((), code, complaint) = tokio::try_join!(write, up_to(&mut stdout, most), complaint)?;
    let status = child.wait().await.map_err(Ending::Unheard)?;
    Ok(Answer { status, code, complaint })
}

/// What comes, if it is not more than this. What comes after that is not waited for.
async fn up_to(from: &mut (impl AsyncRead + Unpin), most: u64) -> Result<Vec<u8>, Ending> {
    let mut read = Vec::new();
    from.take(most + 1).read_to_end(&mut read).await.map_err(Ending::Unheard)?;
    if read.len() as u64 > most { Err(Ending::TooMuch { most }) } else { Ok(read) }
}

/// The beginning of what comes; the rest is read too, so that nobody waits to write it.
async fn all_of(from: &mut (impl AsyncRead + Unpin)) -> std::io::Result<String> {
    let mut read = Vec::new();
    (&mut *from).take(COMPLAINT).read_to_end(&mut read).await?;
    tokio::io::copy(from, &mut tokio::io::sink()).await?;
    Ok(String::from_utf8_lossy(&read).trim().to_owned())
}

/// How long the child was on a processor, where the kernel tells.
async fn processor_time(child: &Child) -> Option<Duration> {
    let told = tokio::fs::read_to_string(format!("/proc/{}/schedstat", child.id()?)).await.ok()?;
    Some(Duration::from_nanos(told.split_ascii_whitespace().next()?.parse().ok()?))
}

/// Compiles in this process: the child's part.
///
/// # Errors
/// What is wrong with the component.
pub(crate) fn precompile(bytes: &[u8], fuel: bool) -> Result<Vec<u8>, String> {
    let engine = engine::compiling(fuel).map_err(|error| format!("the compiler cannot be started: {error:#}"))?;
    engine.precompile_component(bytes).map_err(|error| format!("is not a valid component: {error:#}"))
}

//! `nudged run` as a child, asked over HTTP.

use std::{
    fs,
    net::SocketAddr,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use nudged::api::Overview;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines},
    net::TcpStream,
    process::{Child, ChildStderr, Command},
    time::{sleep, timeout},
};

use super::home::Home;

/// How long anything may take before it is given up.
const DEADLINE: Duration = Duration::from_secs(120);

/// How long until a question is asked again: what is measured is exact to that.
const AGAIN: Duration = Duration::from_millis(2);

/// A daemon; killed when this is dropped.
pub(super) struct Daemon {
    child: Child,
    address: SocketAddr,
}

/// Bytes of memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Memory {
    /// That it has now.
    pub(super) resident: u64,
    /// The most that it had.
    pub(super) peak: u64,
}

impl Daemon {
    /// Starts one; answers when it is ready, with the time that passed since.
    pub(super) async fn start(home: &Home) -> Result<(Self, Duration)> {
        let began = Instant::now();
        let mut command = Command::from(home.nudged(&["run"]));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().context("nudged cannot be started")?;
        let log = child.stderr.take().context("no standard error")?;
        let mut lines = BufReader::new(log).lines();
        let address = timeout(DEADLINE, address(&mut lines)).await.context("the daemon never listens")??;
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let daemon = Self { child, address };
        daemon.until("ready", async || Ok((daemon.get("/-/ready").await?.0 == 200).then_some(()))).await?;
        Ok((daemon, began.elapsed()))
    }

    /// What it knows of its plugins.
    pub(super) async fn plugins(&self) -> Result<Overview> {
        let (status, body) = self.get("/-/plugins").await?;
        serde_json::from_str(&body).with_context(|| format!("{status}: {body}"))
    }

    /// Asks until there is an answer.
    pub(super) async fn until<T>(&self, what: &str, ask: impl AsyncFn() -> Result<Option<T>>) -> Result<T> {
        let began = Instant::now();
        while began.elapsed() < DEADLINE {
            if let Some(answer) = ask().await? {
                return Ok(answer);
            }
            sleep(AGAIN).await;
        }
        bail!("the daemon does not become {what} within {DEADLINE:?}")
    }

    /// What memory it has, without the children that compile.
    pub(super) fn memory(&self) -> Result<Memory> {
        let id = self.child.id().context("the daemon has ended")?;
        let status = fs::read_to_string(format!("/proc/{id}/status"))?;
        Memory::of(&status).context("no memory in /proc")
    }

    /// Ends it.
    pub(super) async fn kill(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }

    async fn get(&self, path: &str) -> Result<(u16, String)> {
        let mut stream = TcpStream::connect(self.address).await?;
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        let (head, body) = answer.split_once("\r\n\r\n").context("no answer")?;
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).context("no status")?;
        Ok((status, body.to_owned()))
    }
}

impl Memory {
    fn of(status: &str) -> Option<Self> {
        let bytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            Some(line.trim_start_matches(':').trim().strip_suffix(" kB")?.parse::<u64>().ok()? << 10)
        };
        Some(Self { resident: bytes("VmRSS")?, peak: bytes("VmHWM")? })
    }
}

/// Where it listens, as it logs.
async fn address(lines: &mut Lines<BufReader<ChildStderr>>) -> Result<SocketAddr> {
    let mut log = String::new();
    while let Some(line) = lines.next_line().await? {
        if let Some((_, address)) = line.split_once("api listens on ") {
            return Ok(address.trim().parse()?);
        }
        log += &(line + "\n");
    }
    bail!("the daemon ended:\n{log}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_from_what_linux_tells() {
        let status = "Name:\tnudged\nVmPeak:\t  900 kB\nVmHWM:\t   61440 kB\nVmRSS:\t   2 kB\n";
        assert_eq!(Memory::of(status), Some(Memory { resident: 2048, peak: 60 << 20 }));
        assert_eq!(Memory::of("VmRSS:\t1 kB\n"), None);
    }
}

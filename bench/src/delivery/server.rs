//! Servers to compare with, on a free port each: waited for until they answer, gone when they are dropped.

use std::{
    net::TcpListener,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    process::Child,
    time::{Instant, sleep},
};

/// How long one may take to start.
const START: Duration = Duration::from_secs(20);

/// How often it is looked at while it starts.
const POLL: Duration = Duration::from_millis(10);

/// A running server.
pub(crate) struct Server {
    /// On 127.0.0.1.
    pub(crate) port: u16,
    child: Child,
}

impl Server {
    /// Starts one and waits until it takes connections.
    ///
    /// # Errors
    /// If it ends, or does not answer in time.
    pub(crate) async fn start(command: impl FnOnce(u16) -> Result<Command>) -> Result<Self> {
        let port = free_port()?;
        let mut command = tokio::process::Command::from(command(port)?);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit()).kill_on_drop(true);
        let mut server = Self { port, child: command.spawn().context("cannot run a server to compare with")? };
        let deadline = Instant::now() + START;
        while Instant::now() < deadline {
            if let Some(status) = server.child.try_wait()? {
                bail!("a server to compare with has ended: {status}");
            }
            if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return Ok(server);
            }
            sleep(POLL).await;
        }
        bail!("a server to compare with does not answer within {START:?}")
    }

    /// Its process id.
    pub(crate) fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// One HTTP request; answers with the status.
    ///
    /// # Errors
    /// If the connection fails, or what comes back is no HTTP.
    pub(crate) async fn request(&self, method: &str, path: &str, body: &str) -> Result<u16> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        let answer = String::from_utf8_lossy(&answer);
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
        status.with_context(|| format!("no HTTP: {answer:?}"))
    }
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

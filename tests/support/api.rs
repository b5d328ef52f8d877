//! Asking the daemon over HTTP, byte by byte where a test wants it so.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, sleep_until, timeout},
};

use crate::{DEADLINE, Metrics};

/// How long until a question is asked again.
const AGAIN: std::time::Duration = std::time::Duration::from_millis(100);

/// A daemon's API.
#[derive(Debug, Clone, Copy)]
pub struct Api {
    address: SocketAddr,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Status line and fields.
    pub head: String,
    /// The text.
    pub body: String,
}

impl Answer {
    /// The text as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl Api {
    /// The one at this address.
    pub fn at(address: SocketAddr) -> Self {
        Self { address }
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Asks, with the address as host.
    pub async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[("Host", &self.address.to_string())]).await
    }

    /// Has the configuration read again.
    pub async fn reload(&self) -> Answer {
        self.ask("POST", "/-/reload", &[("Host", &self.address.to_string())]).await
    }

    /// Asks with these fields alone.
    ///
    /// # Panics
    /// If there is no answer.
    pub async fn ask(&self, method: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\n");
        fields.iter().for_each(|(name, value)| request += &format!("{name}: {value}\r\n"));
        let answer = self.send(&(request + "\r\n")).await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// Sends these bytes and reads until the other side closes the connection.
    ///
    /// # Panics
    /// If it does not, within [`DEADLINE`].
    pub async fn send(&self, bytes: &str) -> String {
        let mut stream = TcpStream::connect(self.address).await.expect("it listens");
        stream.write_all(bytes.as_bytes()).await.expect("it reads");
        let mut answer = Vec::new();
        let read = timeout(DEADLINE, stream.read_to_end(&mut answer)).await.expect("the connection is closed");
        // A reset after the answer is an end too.
        read.ok();
        String::from_utf8(answer).expect("UTF-8")
    }

    /// Everything that is measured.
    pub async fn metrics(&self) -> Metrics {
        let answer = self.get("/metrics").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        Metrics::parse(&answer.body)
    }

    /// Asks until the answer has this status.
    ///
    /// # Panics
    /// If that takes longer than [`DEADLINE`].
    pub async fn until(&self, path: &str, status: u16) -> Answer {
        let end = Instant::now() + DEADLINE;
        loop {
            let answer = self.get(path).await;
            if answer.status == status {
                return answer;
            }
            assert!(Instant::now() < end, "{path} never answers {status}: {answer:?}");
            sleep_until(Instant::now() + AGAIN).await;
        }
    }

    /// Scrapes until a sample has this value.
    ///
    /// # Panics
    /// If that takes longer than [`DEADLINE`].
    pub async fn until_sample(&self, sample: &str, value: f64) -> Metrics {
        let end = Instant::now() + DEADLINE;
        loop {
            let metrics = self.metrics().await;
            if metrics.sample(sample) == Some(value) {
                return metrics;
            }
            assert!(Instant::now() < end, "{sample} never is {value}, but {:?}", metrics.sample(sample));
            sleep_until(Instant::now() + AGAIN).await;
        }
    }
}

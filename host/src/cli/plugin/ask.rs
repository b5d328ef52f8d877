//! Asking the daemon that runs with this configuration.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use anyhow::{Context, anyhow};
use reqwest::{Client, RequestBuilder, StatusCode, redirect};
use url::Url;

use crate::{
    api::Overview,
    config::{ApiConfig, Secret},
};

/// How long it may take to take the connection: it is this machine, or one beside it.
const CONNECT: Duration = Duration::from_secs(2);

/// How long it may take to list what it knows.
const LIST: Duration = Duration::from_secs(10);

/// How long a release may take: a generation may have to be tried first.
const RELEASE: Duration = Duration::from_secs(120);

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum NoAnswer {
    /// No daemon is there: says why that is thought.
    Absent(String),
    /// One is, or something else, and does not answer as it should.
    Wrong(anyhow::Error),
}

/// What became of a release.
#[derive(Debug)]
pub(super) enum Released {
    /// What was done.
    Done(String),
    /// Why not.
    No(String),
}

/// A daemon, or the place where one should be.
pub(super) struct Daemon {
    base: Url,
    token: Option<Secret>,
    client: Client,
}

impl Daemon {
    /// The one that this configuration speaks of; nothing is asked yet.
    pub(super) fn of(api: &ApiConfig) -> Result<Self, NoAnswer> {
        let address = api.listen.ok_or_else(|| NoAnswer::Absent("api.listen is \"off\"".to_owned()))?;
        if address.port() == 0 {
            let why = "api.listen leaves the port to the system: write one, so that the daemon can be found";
            return Err(NoAnswer::Absent(why.to_owned()));
        }
        let base = Url::parse(&format!("http://{}/-/plugins", reachable(address))).context("api.listen");
        // Neither a proxy nor another address gets to see the token.
        let client = Client::builder().no_proxy().redirect(redirect::Policy::none()).connect_timeout(CONNECT).build();
        let client = client.context("no HTTP client");
        Ok(Self {
            base: base.map_err(NoAnswer::Wrong)?,
            token: api.token.clone(),
            client: client.map_err(NoAnswer::Wrong)?,
        })
    }

    /// What it knows of its plugins.
    pub(super) async fn overview(&self) -> Result<Overview, NoAnswer> {
        let (status, body) = self.send(self.client.get(self.base.clone()).timeout(LIST)).await?;
        if status != StatusCode::OK {
            return Err(self.wrong(status, &body));
        }
        let read = serde_json::from_str(&body);
        read.with_context(|| format!("what answers at {} is no nudged of this version", self.base))
            .map_err(NoAnswer::Wrong)
    }

    /// Has it release this plugin.
    pub(super) async fn release(&self, plugin: &str) -> Result<Released, NoAnswer> {
        let mut url = self.base.clone();
        url.path_segments_mut().into_iter().for_each(|mut segments| {
            segments.push(plugin).push("release");
        });
        let (status, body) = self.send(self.client.post(url).timeout(RELEASE)).await?;
        match status {
            StatusCode::OK => Ok(Released::Done(body)),
            StatusCode::NOT_FOUND | StatusCode::CONFLICT if !body.is_empty() => Ok(Released::No(body)),
            status => Err(self.wrong(status, &body)),
        }
    }

    async fn send(&self, request: RequestBuilder) -> Result<(StatusCode, String), NoAnswer> {
        let request = self.token.iter().fold(request, |request, token| request.bearer_auth(token.expose()));
        let at = self.base.origin().ascii_serialization();
        let answer = request.send().await.map_err(|error| match error.is_connect() {
            true => NoAnswer::Absent(format!("nothing answers at {at}, which is api.listen")),
            false => {
                NoAnswer::Wrong(anyhow!(error.without_url()).context(format!("the daemon at {at} does not answer")))
            }
        })?;
        let status = answer.status();
        let body = answer.text().await.map_err(|error| {
            NoAnswer::Wrong(anyhow!(error.without_url()).context(format!("the answer of {at} breaks off")))
        })?;
        Ok((status, body.trim_end().to_owned()))
    }

    fn wrong(&self, status: StatusCode, body: &str) -> NoAnswer {
        let said: String = body.chars().take(300).collect();
        NoAnswer::Wrong(match status {
            StatusCode::UNAUTHORIZED => {
                anyhow!("the daemon at {} has another token: api.token is not the one that is in force", self.base)
            }
            _ => anyhow!("{} answers {status}: {said}", self.base),
        })
    }
}

/// Where a daemon that listens on every address is found: on this machine.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let address = match listen.ip() {
        IpAddr::V4(address) if address.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(address) if address.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        address => address,
    };
    SocketAddr::new(address, listen.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_daemon_that_listens_everywhere_is_asked_on_this_machine() {
        for (listen, asked) in [
            ("0.0.0.0:8642", "127.0.0.1:8642"),
            ("[::]:8642", "[::1]:8642"),
            ("127.0.0.1:1", "127.0.0.1:1"),
            ("10.1.2.3:8642", "10.1.2.3:8642"),
        ] {
            assert_eq!(reachable(listen.parse().unwrap()).to_string(), asked);
        }
    }

    #[test]
    fn nobody_is_asked_where_nobody_can_be_found() {
        for (listen, why) in [(None, "\"off\""), (Some("127.0.0.1:0"), "port")] {
            let api = ApiConfig { listen: listen.map(|address| address.parse().unwrap()), token: None };
            match Daemon::of(&api) {
                Err(NoAnswer::Absent(said)) => assert!(said.contains(why), "{said}"),
                _ => panic!("somebody is asked at {listen:?}"),
            }
        }
    }
}

//! The section `api`.

use std::net::SocketAddr;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Surroundings, text::Text};
use crate::config::{
    meaning::{ApiConfig, Secret},
    problem::Complaint,
    report::Place,
};

/// What is written where the daemon is to listen nowhere.
const OFF: &str = "off";

/// Where the daemon answers questions about itself.
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Api {
    /// An address of this machine and a port, or `off`.
    listen: String,
    /// What whoever asks for more than the daemon's health has to present: at least 16 letters, digits and signs.
    token: Option<Text>,
}

impl Default for Api {
    fn default() -> Self {
        Self { listen: "127.0.0.1:8642".to_owned(), token: None }
    }
}

impl Api {
    pub(super) fn meaning(self, around: Surroundings<'_>, at: &Place<'_>) -> Option<ApiConfig> {
        let listen = at.key("listen").check(listen(&self.listen));
        let token_at = at.key("token");
        let written = token_at.written();
        let token = self.token.and_then(|text| token_at.check(fit_token(text.secret(around, &token_at)?)));
        let open = listen.flatten().filter(|address| !address.ip().to_canonical().is_loopback());
        if let Some(address) = open.filter(|_| !written) {
            let what = format!("is missing: at {address} others than this machine can ask too");
            token_at.error(Complaint::new(what, "add \"token\": {\"env\": \"NAME\"}, or listen on 127.0.0.1"));
            return None;
        }
        // A token that is wrong is no reason to do without one.
        (token.is_some() || !written).then_some(ApiConfig { listen: listen?, token })
    }
}

fn listen(text: &str) -> Result<Option<SocketAddr>, Complaint> {
    if text == OFF {
        return Ok(None);
    }
    let fix = "write one such as \"127.0.0.1:8642\" or \"[::1]:8642\", or \"off\"";
    text.parse().map(Some).map_err(|_| Complaint::new(format!("{text:?} is not an address and a port"), fix))
}

/// It has to fit into a header field, and nobody is to find it by trying. Never quotes it.
fn fit_token(token: Secret) -> Result<Secret, Complaint> {
    let fix = "write at least 16 letters, digits and signs without a space, such as `openssl rand -hex 32` prints";
    match token.expose() {
        text if text.len() < 16 => Err(Complaint::new("is too short: it could be guessed", fix)),
        text if !text.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Err(Complaint::new("has signs that cannot be in a request", fix))
        }
        _ => Ok(token),
    }
}

//! What a channel of a test may use.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use nudged::{
    clock::Clock,
    config::{Grant, MailConfig, MailTransport, Secret},
    net::{GrantedHttp, HttpSender, LettreMailer, Mailer},
    plugin::{Grants, Ways},
};
use serde_json::{Value, json};

/// A channel's part of the configuration, and what is granted to its plugin.
pub struct Means {
    /// Its relay.
    pub mail: Option<MailTransport>,
    /// Its parameters.
    pub parameters: Value,
    /// Its secrets by name.
    pub secrets: BTreeMap<String, Secret>,
    /// Authorities that are trusted beside those that browsers trust.
    pub ca_file: Option<PathBuf>,
    /// Where its plugin may send HTTP requests; nowhere if no host is named.
    pub grant: Grant,
}

impl Default for Means {
    /// Nothing.
    fn default() -> Self {
        Self { mail: None, parameters: json!({}), secrets: BTreeMap::new(), ca_file: None, grant: Grant::default() }
    }
}

impl Means {
    /// HTTP to the servers of these URLs, which may be on this machine.
    ///
    /// # Panics
    /// If one is no URL.
    pub fn http(urls: &[&str]) -> Self {
        let http = urls.iter().map(|url| url.parse().expect("a grant")).collect();
        let networks = vec!["127.0.0.0/8".parse().expect("a network")];
        Self { grant: Grant { http, networks, ..Grant::default() }, ..Self::default() }
    }

    /// The same with these parameters.
    pub fn parameters(self, parameters: Value) -> Self {
        Self { parameters, ..self }
    }

    /// The same with a secret.
    pub fn secret(mut self, name: &str, value: &str) -> Self {
        self.secrets.insert(name.to_owned(), Secret::new(value));
        self
    }

    /// The same with authorities that are trusted.
    pub fn trusting(self, ca_file: PathBuf) -> Self {
        Self { ca_file: Some(ca_file), ..self }
    }

    /// What the channel is given for a call.
    ///
    /// # Panics
    /// If a part cannot be made of it.
    pub(crate) fn ways(self, clock: &Arc<dyn Clock>) -> Ways {
        let http = (!self.grant.http.is_empty()).then(|| {
            let sender = GrantedHttp::new(&self.grant, self.secrets, self.ca_file.as_deref(), Arc::clone(clock));
            Arc::new(sender.expect("a sender")) as Arc<dyn HttpSender>
        });
        let mailer = self.mail.map(|transport| {
            let config =
                MailConfig { from: "nudged <nudged@nudged.test>".to_owned(), transport, ca_file: self.ca_file };
            Arc::new(LettreMailer::new(&config).expect("a mailer")) as Arc<dyn Mailer>
        });
        Ways { parameters: self.parameters, grants: Grants::new(&self.grant), mailer, http, ..Ways::default() }
    }
}

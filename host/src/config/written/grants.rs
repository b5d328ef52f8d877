//! `plugins.grants`: what single plugins may use beside what every plugin may.

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{List, elements};
use crate::config::{
    grant::NoGrant,
    meaning::{Grant, HostGrant},
    problem::Complaint,
    report::Place,
};

/// What a plugin may reach, and which files may serve as it.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Grants {
    /// Hosts that it may send HTTP requests to, over https unless `http://` is written; with a port if it is not 443.
    #[schemars(example = ["hooks.slack.com"])]
    http: List,
    /// Networks that it may reach although they are not public.
    #[schemars(example = ["10.0.0.0/8"])]
    networks: List,
    /// Interfaces of the host that a new version may ask for although the one before did not.
    interfaces: Vec<Option<Interface>>,
    /// SHA-256 digests of the only files that may serve under the plugin's name, as `sha256sum` prints them; without
    /// one, any may.
    #[schemars(example = ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"])]
    digests: List,
}

/// An interface of the host.
#[derive(Deserialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Interface {
    /// Mail to the notification's recipient, through the channel's relay.
    Mail,
    /// HTTP requests to the hosts in `http`.
    Http,
    /// Rows in the inbox of data.all's users.
    Inbox,
}

impl Interface {
    fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Http => "http",
            Self::Inbox => "inbox",
        }
    }
}

impl Grants {
    pub(super) fn meaning(self, at: &Place<'_>) -> Grant {
        Grant {
            http: elements(self.http, &at.key("http"), host),
            networks: elements(self.networks, &at.key("networks"), network),
            interfaces: self.interfaces.into_iter().flatten().map(|one| one.as_str().to_owned()).collect(),
            digests: elements(self.digests, &at.key("digests"), digest).into_iter().collect(),
        }
    }
}

fn host(text: &str) -> Result<HostGrant, Complaint> {
    text.parse().map_err(|why| match why {
        NoGrant::NoHost => {
            let fix = "write one such as \"hooks.slack.com\", \"events.example.com:8443\" or \"http://127.0.0.1:8080\"";
            Complaint::new(format!("{text:?} is not a host"), fix)
        }
        NoGrant::Scheme => Complaint::new("is neither https nor http", "write the host alone, or with \"https://\""),
        NoGrant::MoreThanHost => {
            Complaint::new("holds more than a host and a port", "write the host alone, such as \"hooks.slack.com\"")
        }
        NoGrant::Pattern => Complaint::new("holds a `*`, which stands for nothing here", "name each host"),
    })
}

fn network(text: &str) -> Result<IpNet, Complaint> {
    let fail = |_| {
        let fix = "write one such as \"10.0.0.0/8\", or \"10.1.2.3/32\" for one address";
        Complaint::new(format!("{text:?} is not a network"), fix)
    };
    text.parse().map(|network: IpNet| network.trunc()).map_err(fail)
}

/// Hexadecimal in lower case, as nudged shows it.
fn digest(text: &str) -> Result<String, Complaint> {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    let fits = digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let fail = || {
        let fix = "write its 64 hexadecimal digits, as `sha256sum` prints them, with or without \"sha256:\"";
        Complaint::new(format!("{text:?} is not a SHA-256 digest"), fix)
    };
    fits.then(|| digits.to_ascii_lowercase()).ok_or_else(fail)
}

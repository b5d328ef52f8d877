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

/// What a plugin may use.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Grants {
    /// Hosts that it may send HTTP requests to, over https unless `http://` is written; with a port if it is not 443.
    #[schemars(example = ["hooks.slack.com"])]
    http: List,
    /// Networks that it may reach although they are not public.
    #[schemars(example = ["10.0.0.0/8"])]
    networks: List,
}

impl Grants {
    pub(super) fn meaning(self, at: &Place<'_>) -> Grant {
        Grant {
            http: elements(self.http, &at.key("http"), host),
            networks: elements(self.networks, &at.key("networks"), network),
            ..Grant::default()
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

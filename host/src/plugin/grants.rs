//! What a plugin is lent: what its manifest asks for and the configuration gives, and nothing else.
//!
//! Pure: the registry asks it whether a new version may serve, and each call of a channel what it may use.

use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock},
};

use crate::{
    config::{Grant, HostGrant, suggest::did_you_mean},
    model::{INTERFACES, Manifest, is_name},
    net::Bounds,
};

const HTTP: &str = "http";

/// What one version of a plugin asks for; by default nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    plugin: String,
    interfaces: BTreeSet<String>,
    /// Empty: whatever is granted.
    hosts: BTreeSet<HostGrant>,
    /// Empty: whatever its channel has.
    secrets: BTreeSet<String>,
}

impl Asked {
    /// What the manifest says.
    ///
    /// # Errors
    /// If it names an interface that there is not, or what is no host or no name: a text for the plugin's author.
    pub fn of(manifest: &Manifest) -> Result<Self, String> {
        Ok(Self {
            plugin: manifest.name.clone(),
            interfaces: manifest.asks.iter().map(|name| interface(name)).collect::<Result<_, _>>()?,
            hosts: manifest.hosts.iter().map(|text| host(text)).collect::<Result<_, _>>()?,
            secrets: manifest.secrets.iter().map(|name| secret(name)).collect::<Result<_, _>>()?,
        })
    }

    /// Everything in the manifest that keeps [`Asked::of`] from taking it, each a text for the plugin's author.
    pub(super) fn wrong(manifest: &Manifest) -> impl Iterator<Item = String> {
        let interfaces = manifest.asks.iter().filter_map(|name| interface(name).err());
        let hosts = manifest.hosts.iter().filter_map(|text| host(text).err());
        let secrets = manifest.secrets.iter().filter_map(|name| secret(name).err());
        interfaces.chain(hosts).chain(secrets)
    }

    /// Whether this host is among those that it names, if it names any.
    fn names_host(&self, wanted: &HostGrant) -> bool {
        self.hosts.is_empty() || self.hosts.iter().any(|host| host.covers(wanted))
    }
}

fn interface(name: &str) -> Result<String, String> {
    let fail = || format!("the manifest asks for the interface {name:?}: {}", did_you_mean(name, &INTERFACES));
    INTERFACES.contains(&name).then(|| name.to_owned()).ok_or_else(fail)
}

fn host(text: &str) -> Result<HostGrant, String> {
    text.parse().map_err(|_| {
        format!("the manifest's host {text:?} is not one such as \"hooks.slack.com\" or \"events.example.com:8443\"")
    })
}

fn secret(name: &str) -> Result<String, String> {
    let fail = || format!("the manifest's secret {name:?} is not a name such as \"signing-key\"");
    is_name(name).then(|| name.to_owned()).ok_or_else(fail)
}

/// What the configuration grants to one plugin; by default nothing.
#[derive(Debug, Clone)]
pub struct Grants(Arc<Grant>);

impl Default for Grants {
    fn default() -> Self {
        static NOTHING: LazyLock<Arc<Grant>> = LazyLock::new(Arc::default);
        Self(Arc::clone(&NOTHING))
    }
}

/// What a call may use of what its channel has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lending {
    interfaces: BTreeSet<String>,
    /// `None`: all that there are.
    hosts: Option<Vec<HostGrant>>,
    /// `None`: all that the channel has.
    secrets: Option<BTreeSet<String>>,
}

impl Grants {
    /// What `plugins.grants` says of the plugin.
    pub fn new(grant: &Grant) -> Self {
        Self(Arc::new(grant.clone()))
    }

    /// Whether this version may serve at all.
    ///
    /// # Errors
    /// If others are the only ones that may: a text for the operator, after "it".
    pub fn pinned(&self, asked: &Asked, digest: &str) -> Result<(), String> {
        let free = self.0.digests.is_empty() || self.0.digests.contains(digest);
        let digests = format!("plugins.grants.{}.digests", asked.plugin);
        free.then_some(()).ok_or_else(|| format!("is not one of {digests}: add \"{digest}\""))
    }

    /// What this version may use: what it asks for and is granted. Nothing, if other versions are the only ones that may
    /// serve. Mail and inbox are granted to all that ask, within what their channel has.
    pub fn lends(&self, asked: &Asked, digest: &str) -> Lending {
        if self.pinned(asked, digest).is_err() {
            return Lending { interfaces: BTreeSet::new(), hosts: Some(Vec::new()), secrets: Some(BTreeSet::new()) };
        }
        let mut interfaces = asked.interfaces.clone();
        let hosts = if interfaces.contains(HTTP) { self.hosts(asked) } else { Vec::new() };
        if hosts.is_empty() {
            interfaces.remove(HTTP);
        }
        let secrets = (!asked.secrets.is_empty()).then(|| asked.secrets.clone());
        Lending { interfaces, hosts: Some(hosts), secrets }
    }

    fn hosts(&self, asked: &Asked) -> Vec<HostGrant> {
        if asked.hosts.is_empty() {
            return self.0.http.clone();
        }
        let both =
            |granted: &HostGrant| asked.hosts.iter().filter_map(|named| common(granted, named)).collect::<Vec<_>>();
        self.0.http.iter().flat_map(both).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// What a new version asks for beyond what the one that serves asks for and the operator has granted; one text each,
    /// after "it", with what would mend it. If there is none, it may serve. Without one that serves, what the
    /// configuration gives is what it gets, and only the pin counts.
    ///
    /// Secrets have no grant of their own: a channel's secrets were written for the version that was there. So naming
    /// more of them is always more, unless this very digest is pinned. A version that names none could have all: nothing
    /// is more than that, and it is more than anything else. The same goes for hosts, but all of those are granted.
    pub fn more(&self, serving: Option<&Asked>, new: &Asked, digest: &str) -> Vec<String> {
        let pin = self.pinned(new, digest).err();
        let grown = serving.map(|old| {
            let vouched = self.0.digests.contains(digest);
            let secrets = if vouched { Vec::new() } else { more_secrets(old, new, digest) };
            [self.more_interfaces(old, new), self.more_hosts(old, new), secrets].concat()
        });
        pin.into_iter().chain(grown.into_iter().flatten()).collect()
    }

    fn more_interfaces(&self, old: &Asked, new: &Asked) -> Vec<String> {
        let granted = |name: &String| self.0.interfaces.contains(name) || (name == HTTP && !self.0.http.is_empty());
        let more = new.interfaces.difference(&old.interfaces).filter(|name| !granted(name));
        let text = |name: &String| {
            let key = format!("plugins.grants.{}.interfaces", new.plugin);
            format!("asks for the interface {name}, which the version that serves does not: add \"{name}\" to {key}")
        };
        more.map(text).collect()
    }

    fn more_hosts(&self, old: &Asked, new: &Asked) -> Vec<String> {
        let granted = |host: &HostGrant| self.0.http.iter().any(|granted| granted.covers(host));
        let more = new.hosts.iter().filter(|host| !old.names_host(host) && !granted(host));
        let text = |host: &HostGrant| {
            let key = format!("plugins.grants.{}.http", new.plugin);
            format!("asks for the host {host}, which the version that serves does not: add \"{host}\" to {key}")
        };
        more.map(text).collect()
    }
}

/// The part of a host that both let in.
fn common(one: &HostGrant, other: &HostGrant) -> Option<HostGrant> {
    match (one.covers(other), other.covers(one)) {
        (true, _) => Some(other.clone()),
        (_, true) => Some(one.clone()),
        _ => None,
    }
}

fn more_secrets(old: &Asked, new: &Asked, digest: &str) -> Vec<String> {
    let fix = format!("release it, or add \"{digest}\" to plugins.grants.{}.digests", new.plugin);
    if old.secrets.is_empty() {
        return Vec::new();
    }
    if new.secrets.is_empty() {
        let names = old.secrets.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        return vec![format!(
            "asks for all secrets of its channels, while the version that serves names {names}: {fix}"
        )];
    }
    let more = new.secrets.difference(&old.secrets);
    more.map(|name| format!("asks for the secret {name}, which the version that serves does not: {fix}")).collect()
}

impl Lending {
    /// All that a version asks for, as if it were granted.
    pub(super) fn all(asked: &Asked) -> Self {
        let hosts = (!asked.hosts.is_empty()).then(|| asked.hosts.iter().cloned().collect());
        let secrets = (!asked.secrets.is_empty()).then(|| asked.secrets.clone());
        Self { interfaces: asked.interfaces.clone(), hosts, secrets }
    }

    /// Whether this interface is lent.
    pub fn interface(&self, name: &str) -> bool {
        self.interfaces.contains(name)
    }

    /// The hosts that requests may go to.
    pub fn hosts(&self) -> &[HostGrant] {
        self.hosts.as_deref().unwrap_or_default()
    }

    /// Whether this secret is lent, if the channel has it.
    pub fn secret(&self, name: &str) -> bool {
        self.secrets.as_ref().is_none_or(|names| names.contains(name))
    }

    /// What holds for the call's requests.
    pub(crate) fn bounds(&self) -> Bounds {
        Bounds { hosts: self.hosts.clone(), secrets: self.secrets.clone() }
    }
}

#[cfg(test)]
mod tests;

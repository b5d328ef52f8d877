//! What each channel may use, and whether that is what its plugin needs.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use anyhow::Context;
use serde_json::Value;
use url::Url;

use super::{fit::said_of, templates};
use crate::{
    clock::Clock,
    config::{ChannelConfig, Config, Grant, HostGrant},
    error::chain,
    model::Manifest,
    net::{GrantedHttp, HttpSender, Inbox, LettreMailer, Mailer},
    plugin::{Asked, Grants, Lending, Ways},
    source::DataallInbox,
};

/// For each channel its plugin and what it may use. Connects to nothing yet.
///
/// # Errors
/// If a relay's settings or a file of authorities cannot be used.
pub(super) fn ways(config: &Config, clock: &Arc<dyn Clock>) -> anyhow::Result<HashMap<String, (String, Ways)>> {
    let inbox: Arc<dyn Inbox> = Arc::new(DataallInbox::new(config.source.clone(), Arc::clone(clock)));
    let one = |(name, channel): (&String, &ChannelConfig)| {
        let ways = Ways {
            parameters: channel.parameters.clone(),
            grants: granted(&config.plugins.grants, channel),
            mailer: mailer(channel).with_context(|| format!("channels.{name}"))?,
            http: http(config, channel, clock).with_context(|| format!("channels.{name}"))?,
            inbox: Some(Arc::clone(&inbox)),
            templates: templates::of(channel).map(Arc::new),
            unsubscribe: channel.unsubscribe.clone(),
        };
        Ok((name.clone(), (channel.plugin.clone(), ways)))
    };
    config.channels.iter().map(one).collect()
}

fn granted(grants: &BTreeMap<String, Grant>, channel: &ChannelConfig) -> Grants {
    grants.get(&channel.plugin).map(Grants::new).unwrap_or_default()
}

fn mailer(channel: &ChannelConfig) -> anyhow::Result<Option<Arc<dyn Mailer>>> {
    let Some(mail) = &channel.mail else { return Ok(None) };
    Ok(Some(Arc::new(LettreMailer::new(mail)?)))
}

fn http(
    config: &Config,
    channel: &ChannelConfig,
    clock: &Arc<dyn Clock>,
) -> anyhow::Result<Option<Arc<dyn HttpSender>>> {
    let Some(grant) = config.plugins.grants.get(&channel.plugin) else { return Ok(None) };
    let sender = GrantedHttp::new(grant, channel.secrets.clone(), channel.ca_file.as_deref(), Arc::clone(clock))?;
    Ok(Some(Arc::new(sender)))
}

/// Why posting to data.all's inbox would fail; `None` if nothing is wrong.
pub(super) async fn inbox_trouble(config: &Config, clock: &Arc<dyn Clock>) -> Option<String> {
    let checked = DataallInbox::new(config.source.clone(), Arc::clone(clock)).check().await;
    checked.err().map(|error| said_of("source", &error))
}

/// Whether the channel has what its plugin, a version with this digest, asks for; and what it is lent, in words. `inbox`
/// is why posting there would fail.
pub(super) fn ways_fit(
    manifest: &Manifest,
    digest: &str,
    channel: &ChannelConfig,
    grants: &BTreeMap<String, Grant>,
    inbox: Option<&str>,
) -> Result<String, String> {
    let plugin = &manifest.name;
    let asked = Asked::of(manifest)?;
    let granted = granted(grants, channel);
    granted.pinned(&asked, digest).map_err(|why| format!("the plugin {plugin} {why}"))?;
    let lending = granted.lends(&asked, digest);
    if manifest.asks_for("mail") && channel.mail.is_none() {
        return Err(format!("the plugin {plugin} sends mail: set `smtp` (or `maildir`) and `from`"));
    }
    if manifest.asks_for("http") {
        http_fits(manifest, channel, grants.get(&channel.plugin), &lending)?;
    }
    if let Some(trouble) = inbox.filter(|_| manifest.asks_for("inbox")) {
        return Err(format!("the plugin {plugin} writes to data.all's inbox, which cannot be done: {trouble}"));
    }
    Ok(lent(manifest, channel, &lending))
}

/// What a channel's plugin is lent, and what the configuration and the manifest name in vain.
fn lent(manifest: &Manifest, channel: &ChannelConfig, lending: &Lending) -> String {
    let (given, kept): (Vec<_>, Vec<_>) = channel.secrets.keys().partition(|name| lending.secret(name));
    let hosts: Vec<_> = lending.hosts().iter().map(ToString::to_string).collect();
    let absent: Vec<_> = manifest.secrets.iter().filter(|name| !channel.secrets.contains_key(*name)).collect();
    let mut said: Vec<_> =
        ["mail", "inbox"].into_iter().filter(|name| lending.interface(name)).map(str::to_owned).collect();
    if !hosts.is_empty() {
        said.push(format!("http to {}", hosts.join(", ")));
        said.extend(given.iter().map(|name| format!("the secret {name}")));
    }
    let said = if said.is_empty() { "nothing".to_owned() } else { said.join(", ") };
    let kept = kept.iter().map(|name| format!("; the secret {name} is not lent: the plugin does not ask for it"));
    let absent =
        absent.iter().map(|name| format!("; the plugin asks for the secret {name}, which the channel does not have"));
    format!("is lent {said}{}", kept.chain(absent).collect::<String>())
}

/// Whether what the channel says of its relay and of authorities can be used.
pub(super) fn ways_usable(config: &Config, channel: &ChannelConfig, clock: &Arc<dyn Clock>) -> Result<(), String> {
    let usable = mailer(channel).and_then(|_| http(config, channel, clock));
    usable.map(drop).map_err(|error| chain(error.as_ref()))
}

fn http_fits(
    manifest: &Manifest,
    channel: &ChannelConfig,
    grant: Option<&Grant>,
    lending: &Lending,
) -> Result<(), String> {
    let plugin = &channel.plugin;
    let wanted = uris(manifest, &channel.parameters);
    let Some(grant) = grant.filter(|grant| !grant.http.is_empty()) else {
        let named = manifest.hosts.first().map_or("…", String::as_str);
        let host = wanted.first().map_or_else(|| named.to_owned(), |(_, host)| host.to_string());
        return Err(format!(
            "the plugin {plugin} sends HTTP requests, but no host is granted to it: add \"{host}\" to \
             plugins.grants.{plugin}.http"
        ));
    };
    if let Some((name, host)) = wanted.iter().find(|(_, host)| !grant.http.iter().any(|granted| granted.covers(host))) {
        return Err(format!(
            "parameters.{name}: the host is not granted: add \"{host}\" to plugins.grants.{plugin}.http"
        ));
    }
    let named = manifest.hosts.join(", ");
    if lending.hosts().is_empty() {
        return Err(format!(
            "none of the hosts that the plugin {plugin} asks for is granted to it: add one of {named} to plugins.grants.{plugin}.http"
        ));
    }
    match wanted.iter().find(|(_, host)| !lending.hosts().iter().any(|lent| lent.covers(host))) {
        Some((name, _)) => {
            Err(format!("parameters.{name}: the plugin {plugin} asks for other hosts only: write one of {named}"))
        }
        None => Ok(()),
    }
}

/// The hosts in the parameters that are URLs by the manifest's schema, each with the parameter's name.
fn uris<'m>(manifest: &'m Manifest, parameters: &Value) -> Vec<(&'m str, HostGrant)> {
    let properties = manifest.parameters["properties"].as_object().into_iter().flatten();
    let uris = properties.filter(|(_, schema)| schema["format"] == "uri");
    let host = |text: &Value| HostGrant::of(&Url::parse(text.as_str()?).ok()?);
    uris.filter_map(|(name, _)| Some((name.as_str(), host(&parameters[name])?))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::config::Secret;

    fn channel(parameters: Value) -> ChannelConfig {
        ChannelConfig {
            name: "events".to_owned(),
            plugin: "webhook".to_owned(),
            mail: None,
            parameters,
            secrets: BTreeMap::new(),
            templates: None,
            unsubscribe: None,
            ca_file: None,
            concurrency: None,
            rate: None,
        }
    }

    fn asking(interface: &str) -> Manifest {
        let manifest = json!({
            "name": "webhook", "version": "1.0.0", "kind": "channel", "asks": [interface],
            "parameters": { "properties": { "url": { "type": "string", "format": "uri" }, "note": { "type": "string" } } },
        });
        serde_json::from_value(manifest).expect("a manifest")
    }

    fn granting(hosts: &[&str]) -> BTreeMap<String, Grant> {
        let http = hosts.iter().map(|host| host.parse().expect("a host")).collect();
        BTreeMap::from([("webhook".to_owned(), Grant { http, ..Grant::default() })])
    }

    fn fits(parameters: Value, hosts: &[&str]) -> Result<(), String> {
        ways_fit(&asking("http"), "d1", &channel(parameters), &granting(hosts), None).map(drop)
    }

    #[test]
    fn a_plugin_that_sends_requests_needs_a_host() {
        let expected = "the plugin webhook sends HTTP requests, but no host is granted to it: add \"x.test:8443\" to \
                        plugins.grants.webhook.http";
        assert_eq!(fits(json!({ "url": "https://x.test:8443/a" }), &[]), Err(expected.to_owned()));
        let why = ways_fit(&asking("http"), "d1", &channel(json!({})), &BTreeMap::new(), None).expect_err("no grant");
        assert!(why.ends_with("add \"…\" to plugins.grants.webhook.http"), "{why}");
    }

    #[test]
    fn a_url_in_the_parameters_needs_its_host() {
        let url = json!({ "url": "https://events.x.test/in", "note": "https://other.test" });
        let expected = "parameters.url: the host is not granted: add \"events.x.test\" to plugins.grants.webhook.http";
        assert_eq!(fits(url.clone(), &["x.test"]), Err(expected.to_owned()));
        assert_eq!(fits(url, &["x.test", "events.x.test"]), Ok(()));
        assert_eq!(fits(json!({ "url": "secret:url" }), &["x.test"]), Ok(()), "a secret is looked at when it is sent");
    }

    #[test]
    fn a_plugin_that_posts_needs_an_inbox() {
        let fits = |inbox| ways_fit(&asking("inbox"), "d1", &channel(json!({})), &BTreeMap::new(), inbox).map(drop);
        assert_eq!(fits(None), Ok(()));
        assert!(fits(Some("read only")).expect_err("no inbox").ends_with("cannot be done: read only"));
        let mut other = asking("inbox");
        other.asks.clear();
        let other = ways_fit(&other, "d1", &channel(json!({})), &BTreeMap::new(), Some("read only"));
        assert_eq!(other.as_deref(), Ok("is lent nothing"));
    }

    #[test]
    fn a_plugin_that_names_hosts_and_secrets_needs_some_of_them() {
        let mut manifest = asking("http");
        manifest.hosts = vec!["a.test".to_owned(), "b.test".to_owned()];
        manifest.secrets = vec!["key".to_owned(), "old-key".to_owned()];
        let fits = |url: &str, hosts: &[&str]| {
            let secrets = ["key", "token"].map(|name| (name.to_owned(), Secret::new("hunter2")));
            let channel = ChannelConfig { secrets: secrets.into(), ..channel(json!({ "url": url })) };
            ways_fit(&manifest, "d1", &channel, &granting(hosts), None)
        };
        let lent = "is lent http to a.test, the secret key; the secret token is not lent: the plugin does not ask for it; \
                    the plugin asks for the secret old-key, which the channel does not have";
        assert_eq!(fits("https://a.test", &["a.test", "c.test"]).as_deref(), Ok(lent));
        let why = fits("secret:url", &["c.test"]).expect_err("nothing in common");
        assert!(why.ends_with("add one of a.test, b.test to plugins.grants.webhook.http"), "{why}");
        let why = "parameters.url: the plugin webhook asks for other hosts only: write one of a.test, b.test";
        assert_eq!(fits("https://c.test", &["a.test", "c.test"]), Err(why.to_owned()));
    }

    #[test]
    fn a_version_that_is_not_pinned_does_not_fit() {
        let mut grants = granting(&["a.test"]);
        grants.entry("webhook".to_owned()).or_default().digests.insert("d2".to_owned());
        let fits = |digest| ways_fit(&asking("http"), digest, &channel(json!({})), &grants, None);
        let why = "the plugin webhook is not one of plugins.grants.webhook.digests: add \"d1\"";
        assert_eq!(fits("d1"), Err(why.to_owned()));
        assert_eq!(fits("d2").as_deref(), Ok("is lent http to a.test"));
    }
}

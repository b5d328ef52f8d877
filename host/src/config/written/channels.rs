//! The section `channels`.

use std::{collections::BTreeMap, path::PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use super::{
    Surroundings, named,
    text::{Hidden, Text},
    values,
};
use crate::config::{
    meaning::{ChannelConfig, MailConfig, MailTransport, TlsMode},
    problem::Complaint,
    report::Place,
};

/// One way to people.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Channel {
    /// The channel plugin; without it, the one of the channel's own name.
    #[schemars(example = &"email")]
    plugin: Option<String>,
    /// Who the mails are from.
    #[schemars(example = &"nudged <nudged@example.com>")]
    from: Option<String>,
    /// The relay that takes the mails.
    smtp: Option<Smtp>,
    /// A folder that mails are written to instead of being sent, relative to this file.
    #[schemars(example = &"mail")]
    maildir: Option<String>,
    /// Notifications of this channel that are sent at the same time; without it, as many as `delivery.concurrency` says.
    #[schemars(range(min = 1, max = 64), example = 8)]
    concurrency: Option<u32>,
    /// How many notifications one destination gets in what time: a number for each `s`, `min` or `h`.
    #[schemars(example = &"1/s")]
    rate: Option<String>,
    /// Certificates of authorities, in PEM, that are trusted beside the usual ones: for HTTP and for the relay. A path
    /// relative to this file.
    #[schemars(example = &"ca.pem")]
    ca_file: Option<String>,
    /// What the plugin may have filled into its requests without seeing it, by name.
    #[schemars(example = serde_json::json!({ "signing-key": { "env": "NUDGED_WEBHOOK_KEY" } }))]
    secrets: BTreeMap<String, Hidden>,
    /// A folder of templates that word its messages, relative to this file: `subject.txt`, `text.txt`, `html.html`.
    #[schemars(example = &"templates/email")]
    templates: Option<String>,
    /// Where recipients say that they want no more, https or mailto, with `{recipient}` for their address. Messages
    /// that may not be refused do not name it.
    #[schemars(example = &"https://example.com/reminders/stop?who={recipient}")]
    unsubscribe: Option<String>,
    /// The plugin's own settings.
    parameters: Map<String, Value>,
}

/// A mail relay.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["url"]))]
struct Smtp {
    /// `smtp://user:password@host:port` (STARTTLS) or `smtps://…` (TLS from the start).
    #[schemars(example = serde_json::json!({ "env": "NUDGED_SMTP_URL" }))]
    url: Option<Text>,
    /// How the connection is protected; without it, as the URL says, and unprotected on this machine only.
    tls: Option<Tls>,
}

/// How the connection to a relay is protected.
#[derive(Deserialize, Serialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Tls {
    /// STARTTLS, or nothing is sent.
    Required,
    /// STARTTLS where the relay offers it.
    Opportunistic,
    /// Never.
    None,
    /// TLS from the first byte.
    Wrapper,
}

/// The plugin that cannot do without `smtp` or `maildir`.
const MAIL_PLUGIN: &str = "email";

impl Channel {
    /// Whether its recipients are mailboxes.
    pub(super) fn sends_mail(&self, name: &str, at: &Place<'_>) -> bool {
        let plugin = self.plugin.as_deref().unwrap_or(name);
        plugin == MAIL_PLUGIN || ["from", "smtp", "maildir"].iter().any(|key| at.key(key).written())
    }

    pub(super) fn meaning(self, name: &str, around: Surroundings<'_>, at: &Place<'_>) -> Option<ChannelConfig> {
        let sends_mail = self.sends_mail(name, at);
        let plugin = match &self.plugin {
            Some(plugin) => at.key("plugin").check(values::name(plugin)),
            None => Some(name.to_owned()),
        };
        let rate = self.rate.as_deref().map_or(Some(None), |rate| at.key("rate").check(values::rate(rate)).map(Some));
        let templates = self.templates.as_deref().map(|folder| at.key("templates").check(templates(folder, around)));
        let unsubscribe = self.unsubscribe.map(|place| at.key("unsubscribe").check(values::unsubscribe(&place)));
        let ca_file = self.ca_file.as_ref().map(|path| around.base.join(path));
        let mail = sends_mail.then(|| {
            let mail = mail(self.from, self.smtp, self.maildir, around, at)?;
            Some(MailConfig { ca_file: ca_file.clone(), ..mail })
        });
        let secrets = named(self.secrets, &at.key("secrets"), |_, secret, at| at.check(secret.reveal(around)));
        Some(ChannelConfig {
            name: name.to_owned(),
            plugin: plugin?,
            mail: mail.map_or(Some(None), |mail| mail.map(Some))?,
            parameters: Value::Object(self.parameters),
            secrets,
            templates: templates.map_or(Some(None), |templates| templates.map(Some))?,
            unsubscribe: unsubscribe.map_or(Some(None), |place| place.map(Some))?,
            ca_file,
            concurrency: self.concurrency,
            rate: rate?,
        })
    }
}

/// Looked into only when the templates are needed: they may come later.
fn templates(folder: &str, around: Surroundings<'_>) -> Result<PathBuf, Complaint> {
    let fail = || Complaint::new("is empty", "write the folder that the templates are in, such as \"templates/email\"");
    if folder.trim().is_empty() { Err(fail()) } else { Ok(around.base.join(folder)) }
}

fn mail(
    from: Option<String>,
    smtp: Option<Smtp>,
    maildir: Option<String>,
    around: Surroundings<'_>,
    at: &Place<'_>,
) -> Option<MailConfig> {
    if !at.key("from").written() {
        at.key("from")
            .error(Complaint::new("is missing", "add \"from\": \"nudged@example.com\", with an address of yours"));
    }
    match (at.key("smtp").written(), at.key("maildir").written()) {
        (true, true) => at.key("maildir").error(Complaint::new("is given beside `smtp`", "keep one of the two")),
        (false, false) => {
            let fix = "add \"smtp\": {\"url\": …} to send mails, or \"maildir\": \"mail\" to write them to a folder";
            at.error(Complaint::new("has neither `smtp` nor `maildir`", fix));
        }
        _ => {}
    }
    let from = from.and_then(|from| at.key("from").check(values::mailbox(&from)));
    let relay = smtp.and_then(|smtp| smtp.meaning(around, &at.key("smtp")));
    let folder = maildir.map(|path| MailTransport::Maildir(around.base.join(path)));
    Some(MailConfig { from: from?, transport: relay.or(folder)?, ca_file: None })
}

impl Smtp {
    fn meaning(self, around: Surroundings<'_>, at: &Place<'_>) -> Option<MailTransport> {
        let secret = self.url?.url(around, &at.key("url"))?;
        let url = at.key("url").check(relay_url(secret.expose()))?;
        let tls = at.key("tls").check(tls_mode(&url, self.tls))?;
        let what = match tls {
            TlsMode::None => Some("sends mails and passwords over the network for everyone to read"),
            TlsMode::Opportunistic => {
                Some("sends mails and passwords unprotected as soon as somebody in between wants it")
            }
            TlsMode::Required | TlsMode::Wrapper => None,
        };
        if let Some(what) = what.filter(|_| !is_loopback(&url)) {
            at.key("tls").warning(Complaint::new(what, "write \"required\" or \"wrapper\""));
        }
        Some(MailTransport::Smtp { url: secret, tls })
    }
}

/// Never quotes the URL: it may hold a password.
fn relay_url(text: &str) -> Result<Url, Complaint> {
    let fix = "write \"smtp://host\" (STARTTLS) or \"smtps://host\" (TLS from the start)";
    let url = Url::parse(text).map_err(|error| Complaint::new(format!("is not a URL: {error}"), fix))?;
    match url.scheme() {
        "smtp" | "smtps" if url.query().is_some() => {
            Err(Complaint::new("has options after `?`", "remove them, and write \"tls\" beside \"url\""))
        }
        "smtp" | "smtps" if url.host_str().is_none_or(str::is_empty) => Err(Complaint::new("names no host", fix)),
        "smtp" | "smtps" => Ok(url),
        other => Err(Complaint::new(format!("{other:?} is not a way to send mails"), fix)),
    }
}

/// What `tls` says, as long as it does not contradict the URL; without it, protection everywhere but on this machine.
fn tls_mode(url: &Url, written: Option<Tls>) -> Result<TlsMode, Complaint> {
    match (url.scheme(), written) {
        ("smtps", None | Some(Tls::Wrapper)) | (_, Some(Tls::Wrapper)) => Ok(TlsMode::Wrapper),
        ("smtps", Some(_)) => {
            let fix = "remove it, or write \"smtp://\" in the URL";
            Err(Complaint::new("contradicts \"smtps://\", which is TLS from the start", fix))
        }
        (_, Some(Tls::Required)) => Ok(TlsMode::Required),
        (_, Some(Tls::Opportunistic)) => Ok(TlsMode::Opportunistic),
        (_, Some(Tls::None)) => Ok(TlsMode::None),
        (_, None) if is_loopback(url) => Ok(TlsMode::None),
        (_, None) => Ok(TlsMode::Required),
    }
}

fn is_loopback(url: &Url) -> bool {
    values::is_this_machine(url.host_str().unwrap_or_default())
}

//! The operator's relay: connections, and what an SMTP reply means.

use std::{future::Future, path::Path, time::Duration};

use lettre::{
    Address,
    address::Envelope,
    transport::smtp::{
        Error, SMTP_PORT, SUBMISSION_PORT, SUBMISSIONS_PORT,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, AsyncTokioStream, Certificate, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::{ClientId, Extension, MailParameter},
        response::{Response, Severity},
    },
};
use percent_encoding::percent_decode_str;
use tokio::net::TcpStream;
use url::{Host, Url};

use super::{MailerError, authorities, blot::Blotter, lockstep::Lockstep, parked::Parked};
use crate::{
    config::{Secret, TlsMode},
    error::chain,
    model::Outcome,
};

/// Longest wait for one reply. A relay that is slower is busy: the notice goes back to the outbox.
const REPLY: Duration = Duration::from_secs(20);

/// Longest wait for all of them. Less than a channel's wall limit of 30 s: a relay that takes its time with each reply is the
/// relay's fault, not the plugin's.
const WHOLE: Duration = Duration::from_secs(25);

/// A mail relay.
///
/// lettre's own pool takes back a connection whose mail was given up half-way, and the next mail would read the answers to
/// that one: a refused mail would count as delivered. Here a mail owns its connection, which goes down with it.
pub(super) struct Relay {
    host: String,
    port: u16,
    mode: TlsMode,
    tls: TlsParameters,
    credentials: Option<Credentials>,
    /// A relay that quotes what it was told would have the password recorded.
    blotter: Blotter,
    hello: ClientId,
    parked: Parked,
    /// [`REPLY`]
    reply: Duration,
    /// [`WHOLE`]
    whole: Duration,
}

/// Why a step with the relay failed.
enum Failure {
    Unreachable(std::io::Error),
    Smtp(Error),
    Silence(Duration),
    /// A reply that does not belong to the command.
    Astray(String),
    /// The relay does not take addresses like the recipient's.
    International,
}

impl Relay {
    /// Reads the URL and the file of authorities that are trusted beside those that browsers trust; connects to nothing
    /// yet.
    pub(super) fn new(url: &Secret, mode: TlsMode, ca_file: Option<&Path>) -> Result<Self, MailerError> {
        let url = Url::parse(url.expose()).map_err(|_| MailerError::Url)?;
        let host = host(&url).ok_or(MailerError::Url)?;
        let default_port = match mode {
            TlsMode::Wrapper => SUBMISSIONS_PORT,
            TlsMode::Required | TlsMode::Opportunistic => SUBMISSION_PORT,
            TlsMode::None => SMTP_PORT,
        };
        Ok(Self {
            tls: tls(host.clone(), ca_file)?,
            host,
            port: url.port().unwrap_or(default_port),
            mode,
            credentials: credentials(&url)?,
            blotter: Blotter::new(password(&url)?.map(Secret::new).iter()),
            hello: ClientId::default(),
            parked: Parked::default(),
            reply: REPLY,
            whole: WHOLE,
        })
    }

    /// Hands over one mail for one recipient. A 5yz reply after the sender was accepted is final for that mail;
    /// everything else may pass: what the relay says before (wrong password, sender refused, service closed) is not
    /// about the mail, and an operator will mend it.
    pub(super) async fn send(&self, envelope: &Envelope, mail: &[u8]) -> Outcome {
        let ended = tokio::time::timeout(self.whole, self.hand_over(envelope, mail)).await;
        ended.unwrap_or_else(|_| Outcome::Unreachable(self.describe(&Failure::Silence(self.whole))))
    }

    async fn hand_over(&self, envelope: &Envelope, mail: &[u8]) -> Outcome {
        let mut connection = match self.open(envelope).await {
            Ok(connection) => connection,
            Err(failure @ Failure::International) => return Outcome::Rejected(self.describe(&failure)),
            Err(failure) => return Outcome::Unreachable(self.describe(&failure)),
        };
        let ended = self.transmit(&mut connection, envelope, mail).await;
        match &ended {
            Ok(_) => self.parked.put(connection),
            // What such a relay says later is not to be waited for.
            Err(Failure::Unreachable(_) | Failure::Silence(_) | Failure::Astray(_) | Failure::International) => {}
            // The outcome does not wait for good manners.
            Err(Failure::Smtp(_)) => drop(tokio::spawn(tokio::time::timeout(self.reply, async move {
                connection.quit().await.ok();
            }))),
        }
        match ended {
            Ok(reply) => {
                Outcome::Delivered(self.blotter.text(&format!("{} {}", reply.code(), joined(reply.message()))))
            }
            Err(failure) if failure.is_final() => Outcome::Rejected(self.describe(&failure)),
            Err(failure) if failure.is_reply() => Outcome::Retry { detail: self.describe(&failure), after: None },
            Err(failure) => Outcome::Unreachable(self.describe(&failure)),
        }
    }

    fn describe(&self, failure: &Failure) -> String {
        self.blotter.text(&failure.describe())
    }

    /// A connection whose relay is ready for recipients. Whether one that has waited is still good shows when the sender
    /// is named.
    async fn open(&self, envelope: &Envelope) -> Result<AsyncSmtpConnection, Failure> {
        while let Some(mut connection) = self.parked.take() {
            if self.announce(&mut connection, envelope).await.is_ok() {
                return Ok(connection);
            }
        }
        let mut connection = self.connect().await?;
        self.announce(&mut connection, envelope).await?;
        Ok(connection)
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Failure> {
        let mut connection = match self.mode {
            TlsMode::Wrapper => {
                let (address, tls) = ((self.host.as_str(), self.port), Some(self.tls.clone()));
                self.within(AsyncSmtpConnection::connect_tokio1(address, None, &self.hello, tls, None)).await?
            }
            _ => {
                let stream = self.reach().await?;
                let stream: Box<dyn AsyncTokioStream> = match self.mode {
                    TlsMode::None => Box::new(stream),
                    _ => Box::new(Lockstep::new(stream)),
                };
                self.within(AsyncSmtpConnection::connect_with_transport(stream, &self.hello)).await?
            }
        };
        let upgrade = match self.mode {
            TlsMode::Required => true,
            TlsMode::Opportunistic => connection.can_starttls(),
            TlsMode::Wrapper | TlsMode::None => false,
        };
        if upgrade {
            self.within(connection.starttls(self.tls.clone(), &self.hello)).await?;
        }
        if let Some(credentials) = &self.credentials {
            self.within(connection.auth(DEFAULT_MECHANISMS, credentials)).await?;
        }
        Ok(connection)
    }

    /// A mail ends in a small packet of its own: without this it waits for the relay's delayed acknowledgement, 40 ms each.
    async fn reach(&self) -> Result<TcpStream, Failure> {
        let connecting = tokio::time::timeout(self.reply, TcpStream::connect((self.host.as_str(), self.port)));
        let stream = connecting.await.map_err(|_| Failure::Silence(self.reply))?.map_err(Failure::Unreachable)?;
        stream.set_nodelay(true).map_err(Failure::Unreachable)?;
        Ok(stream)
    }

    /// Names the sender. A relay that does not offer SMTPUTF8 may not be asked for it (RFC 6531, section 3.4): that is
    /// about the recipient, where it is the recipient's address that needs it.
    async fn announce(&self, connection: &mut AsyncSmtpConnection, envelope: &Envelope) -> Result<(), Failure> {
        let is_international = |address: &Address| !AsRef::<str>::as_ref(address).is_ascii();
        let recipient = envelope.to().iter().any(is_international);
        if recipient && !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Err(Failure::International);
        }
        let parameters = (recipient || envelope.from().is_some_and(is_international))
            .then_some(MailParameter::SmtpUtfEight)
            .into_iter()
            .collect();
        self.within(connection.command(Mail::new(envelope.from().cloned(), parameters))).await.map(drop)
    }

    async fn transmit(
        &self,
        connection: &mut AsyncSmtpConnection,
        envelope: &Envelope,
        mail: &[u8],
    ) -> Result<Response, Failure> {
        for recipient in envelope.to() {
            completed(self.within(connection.command(Rcpt::new(recipient.clone(), Vec::new()))).await?)?;
        }
        self.within(connection.command(Data)).await?;
        completed(self.within(connection.message(mail)).await?)
    }

    async fn within<T>(&self, step: impl Future<Output = Result<T, Error>>) -> Result<T, Failure> {
        let ended = tokio::time::timeout(self.reply, step).await;
        ended.map_err(|_| Failure::Silence(self.reply))?.map_err(Failure::Smtp)
    }
}

fn tls(host: String, ca_file: Option<&Path>) -> Result<TlsParameters, MailerError> {
    let mut builder = TlsParameters::builder(host);
    for authority in ca_file.map(authorities::read).transpose()?.unwrap_or_default() {
        let authority = Certificate::from_der(authority.to_vec()).map_err(MailerError::Tls)?;
        builder = builder.add_root_certificate(authority);
    }
    builder.build().map_err(MailerError::Tls)
}

/// lettre takes a 354 for success, but only a 2yz says that something is done.
fn completed(reply: Response) -> Result<Response, Failure> {
    match reply.code().severity {
        Severity::PositiveCompletion => Ok(reply),
        _ => Err(Failure::Astray(format!(
            "the relay answered out of turn: {} {}",
            reply.code(),
            joined(reply.message())
        ))),
    }
}

impl Failure {
    fn is_final(&self) -> bool {
        matches!(self, Self::Smtp(error) if error.is_permanent())
    }

    /// Whether the relay said so of this mail; else it said nothing, or what it said made no sense.
    fn is_reply(&self) -> bool {
        matches!(self, Self::Smtp(error) if error.is_transient() || error.is_permanent())
    }

    fn describe(&self) -> String {
        match self {
            Self::Smtp(error) => chain(error),
            Self::Unreachable(error) => format!("the relay cannot be reached: {error}"),
            Self::Astray(what) => what.clone(),
            Self::International => "the relay does not offer SMTPUTF8, which the recipient's address needs".to_owned(),
            Self::Silence(limit) => format!("the relay did not answer within {limit:?}"),
        }
    }
}

/// Without the brackets of an IPv6 address: neither resolver nor TLS knows them.
fn host(url: &Url) -> Option<String> {
    match url.host()? {
        Host::Domain(name) => Some(name.to_owned()),
        Host::Ipv4(address) => Some(address.to_string()),
        Host::Ipv6(address) => Some(address.to_string()),
    }
}

fn credentials(url: &Url) -> Result<Option<Credentials>, MailerError> {
    let Some(password) = password(url)? else { return Ok(None) };
    Ok(Some(Credentials::new(decoded(url.username())?, password)))
}

fn password(url: &Url) -> Result<Option<String>, MailerError> {
    url.password().map(decoded).transpose()
}

fn decoded(text: &str) -> Result<String, MailerError> {
    percent_decode_str(text).decode_utf8().map(String::from).map_err(|_| MailerError::Url)
}

fn joined<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    lines.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;

    use super::*;

    fn relay(url: &str, mode: TlsMode) -> Relay {
        Relay::new(&Secret::new(url), mode, None).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn ports_are_those_of_rfc_8314_unless_the_url_names_one() {
        assert_eq!(relay("smtps://relay.x.test", TlsMode::Wrapper).port, 465);
        assert_eq!(relay("smtp://relay.x.test", TlsMode::Required).port, 587);
        assert_eq!(relay("smtp://relay.x.test", TlsMode::None).port, 25);
        assert_eq!(relay("smtp://relay.x.test:2525", TlsMode::None).port, 2525);
    }

    #[test]
    fn hosts_are_names_or_addresses_without_brackets() {
        assert_eq!(relay("smtp://[::1]:25", TlsMode::None).host, "::1");
        assert_eq!(relay("smtp://127.0.0.1", TlsMode::None).host, "127.0.0.1");
    }

    #[tokio::test]
    async fn a_silent_relay_is_a_busy_one() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("smtp://{}", listener.local_addr().expect("the port"));
        let silent = Relay { reply: Duration::from_millis(20), ..relay(&url, TlsMode::None) };
        let pam = "pam@x.test".parse().expect("an address");
        let envelope = Envelope::new(None, vec![pam]).expect("an envelope");
        let detail = "the relay did not answer within 20ms".to_owned();
        assert_eq!(silent.send(&envelope, b"").await, Outcome::Unreachable(detail));
    }

    /// Each reply comes in time, but there is no end of them.
    #[tokio::test]
    async fn a_relay_that_takes_its_time_with_every_reply_is_a_busy_one() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("smtp://{}", listener.local_addr().expect("the port"));
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a client");
            while stream.write_all(b"220-still here\r\n").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        let slow = Relay { whole: Duration::from_millis(200), ..relay(&url, TlsMode::None) };
        let pam = "pam@x.test".parse().expect("an address");
        let envelope = Envelope::new(None, vec![pam]).expect("an envelope");
        let detail = "the relay did not answer within 200ms".to_owned();
        assert_eq!(slow.send(&envelope, b"").await, Outcome::Unreachable(detail));
    }

    #[test]
    fn credentials_are_decoded() {
        let expected = Credentials::new("pam@x.test".into(), "p:s/w".into());
        assert_eq!(relay("smtp://pam%40x.test:p%3As%2Fw@relay.x.test", TlsMode::Required).credentials, Some(expected));
        assert_eq!(relay("smtp://relay.x.test", TlsMode::Required).credentials, None);
    }
}

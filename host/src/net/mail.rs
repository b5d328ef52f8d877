//! Building a mail with lettre, and where it goes.

use lettre::{
    Address, Message,
    message::{
        Body, Mailbox, MessageBuilder, MultiPart, SinglePart,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};

use super::{AuthoritiesError, Mail, Mailer, maildir::Maildir, relay::Relay};
use crate::{
    config::{MailConfig, MailTransport},
    model::{NotificationId, Outcome},
};

/// Most mails that one refers to, those of the worst reminders: relays and readers bound what they take, and a digest of
/// everything belongs to no thread in particular.
const REFERENCES: usize = 20;

/// A mailer cannot be made of its configuration.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    /// `from` is no mailbox.
    #[error("from: {0:?} is not a mailbox such as `nudged <nudged@example.com>`")]
    From(String),
    /// The relay's URL cannot be used. Its text is not shown: it may hold a password.
    #[error("smtp.url is not like smtp://relay.example.com:587 or smtps://user:password@relay.example.com")]
    Url,
    /// The file of authorities cannot be used.
    #[error(transparent)]
    Authorities(#[from] AuthoritiesError),
    /// TLS cannot be set up.
    #[error("TLS for the relay cannot be set up")]
    Tls(#[source] lettre::transport::smtp::Error),
}

/// Sends mails with lettre.
pub struct LettreMailer {
    from: Mailbox,
    transport: Transport,
}

enum Transport {
    Smtp(Relay),
    Maildir(Maildir),
}

impl LettreMailer {
    /// Makes the mailer; connects to nothing yet.
    ///
    /// # Errors
    /// If a value of the configuration cannot be used.
    pub fn new(config: &MailConfig) -> Result<Self, MailerError> {
        let from = config.from.parse().map_err(|_| MailerError::From(config.from.clone()))?;
        let transport = match &config.transport {
            MailTransport::Maildir(folder) => Transport::Maildir(Maildir::new(folder)),
            MailTransport::Smtp { url, tls } => Transport::Smtp(Relay::new(url, *tls, config.ca_file.as_deref())?),
        };
        Ok(Self { from, transport })
    }

    fn message_id(&self, id: &NotificationId) -> String {
        format!("<{id}@{}>", self.from.email.domain())
    }

    /// A message that refers to the first mails about the same: mail readers put them together.
    fn threaded(&self, mail: &Mail) -> MessageBuilder {
        let earlier: Vec<_> =
            mail.threads.iter().filter(|id| **id != mail.id && is_plain(id)).take(REFERENCES).collect();
        let ids: Vec<_> = earlier.into_iter().map(|id| self.message_id(id)).collect();
        match ids.last() {
            Some(last) => Message::builder().in_reply_to(last.clone()).references(ids.join(" ")),
            None => Message::builder(),
        }
    }

    fn message(&self, mail: &Mail) -> Result<Message, String> {
        if !is_plain(&mail.id) {
            return Err("the notification's id is none of nudged's".to_owned());
        }
        let to: Address = mail.to.parse().map_err(|error| format!("{:?} is not an address: {error}", mail.to))?;
        let mut builder = self
            .threaded(mail)
            .message_id(Some(self.message_id(&mail.id)))
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(one_line(&mail.subject));
        for (name, value) in &mail.headers {
            let name = HeaderName::new_from_ascii(name.clone()).map_err(|error| error.to_string())?;
            builder = builder.raw_header(HeaderValue::new(name, value.clone()));
        }
        let text = part(ContentType::TEXT_PLAIN, &mail.text)?;
        let built = match &mail.html {
            None => builder.singlepart(text),
            Some(html) => {
                let html = part(ContentType::TEXT_HTML, html)?;
                builder.multipart(MultiPart::alternative().singlepart(text).singlepart(html))
            }
        };
        built.map_err(|error| error.to_string())
    }
}

#[async_trait::async_trait]
impl Mailer for LettreMailer {
    async fn send(&self, mail: &Mail) -> Outcome {
        let message = match self.message(mail) {
            Ok(message) => message,
            Err(why) => return Outcome::Rejected(why),
        };
        match &self.transport {
            Transport::Maildir(maildir) => maildir.deliver(mail.id.as_str(), message.formatted()).await,
            Transport::Smtp(relay) => relay.send(message.envelope(), &message.formatted()).await,
        }
    }
}

/// A body part in quoted-printable, with CRLF as its only line break.
///
/// Never 7bit or 8bit: lettre before 0.11.24 passes bare CR and LF of such bodies through (RUSTSEC-2026-0561), which
/// lets a body end the SMTP transaction and begin another.
fn part(kind: ContentType, text: &str) -> Result<SinglePart, String> {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n");
    let body = Body::new_with_encoding(lines, ContentTransferEncoding::QuotedPrintable)
        .map_err(|_| "the text cannot be encoded as quoted-printable".to_owned())?;
    Ok(SinglePart::builder().header(kind).body(body))
}

/// Control characters have no place in a header. Nor has what reads like an encoded word (RFC 2047): mail readers would
/// decode it and show whatever was hidden in it.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().replace("=?", "= ?")
}

/// Whether an id can stand in a header field and in a file's name as it is. Ids come out of the store, which is not ours
/// alone to write.
fn is_plain(id: &NotificationId) -> bool {
    let id = id.as_str();
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::NotificationId;

    fn mailer(folder: &std::path::Path) -> LettreMailer {
        let transport = MailTransport::Maildir(folder.to_owned());
        LettreMailer::new(&MailConfig { from: "nudged <nudged@example.com>".into(), transport, ca_file: None })
            .expect("a mailer")
    }

    fn mail(subject: &str, text: &str) -> Mail {
        Mail {
            id: NotificationId::from_stored("0123abcd".into()),
            to: "pam@example.com".into(),
            subject: subject.into(),
            text: text.into(),
            html: Some(format!("<p>{text}</p>")),
            headers: vec![("Auto-Submitted".into(), "auto-generated".into())],
            threads: Vec::new(),
        }
    }

    #[test]
    fn bare_line_breaks_never_reach_the_wire() {
        let folder = tempfile::tempdir().expect("a folder");
        let hostile = "a\r.\r\nMAIL FROM:<eve@x.test>\n.\n\rb\u{0}\u{85}c\n.\r\n";
        let message = mailer(folder.path()).message(&mail("a\r\nBcc: eve@x.test", hostile)).expect("a message");
        let bytes = message.formatted();
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'\n' => assert_eq!(bytes[at - 1], b'\r', "bare LF at {at}"),
                b'\r' => assert_eq!(bytes[at + 1], b'\n', "bare CR at {at}"),
                _ => {}
            }
        }
        let text = String::from_utf8(bytes).expect("ASCII");
        assert!(!text.lines().any(|line| line.starts_with("Bcc:")), "{text}");
        assert_eq!(text.matches("Content-Transfer-Encoding: quoted-printable").count(), 2, "{text}");
    }

    #[test]
    fn the_message_id_is_the_notification_and_the_senders_domain() {
        let folder = tempfile::tempdir().expect("a folder");
        let message = mailer(folder.path()).message(&mail("Sales", "text")).expect("a message");
        let text = String::from_utf8(message.formatted()).expect("ASCII");
        assert!(text.contains("Message-ID: <0123abcd@example.com>\r\n"), "{text}");
        assert!(text.contains("Auto-Submitted: auto-generated\r\n"), "{text}");
    }

    fn threaded(threads: &[&str]) -> String {
        let folder = tempfile::tempdir().expect("a folder");
        let threads = threads.iter().map(|id| NotificationId::from_stored((*id).to_owned())).collect();
        let message = mailer(folder.path()).message(&Mail { threads, ..mail("Sales", "text") }).expect("a message");
        String::from_utf8(message.formatted()).expect("ASCII")
    }

    #[test]
    fn a_mail_refers_to_the_first_ones_about_the_same() {
        let text = threaded(&["aa11", "bb22"]);
        assert!(text.contains("References: <aa11@example.com> <bb22@example.com>\r\n"), "{text}");
        assert!(text.contains("In-Reply-To: <bb22@example.com>\r\n"), "{text}");
    }

    #[test]
    fn a_mail_refers_neither_to_nothing_nor_to_itself_nor_to_endlessly_many() {
        for none in [&[][..], &["0123abcd"]] {
            let text = threaded(none);
            assert!(!text.contains("References:") && !text.contains("In-Reply-To:"), "{text}");
        }
        let ids: Vec<_> = (0..200).map(|number| format!("{number:032x}")).collect();
        let text = threaded(&ids.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(text.matches("@example.com>").count(), REFERENCES + 3, "{text}");
        assert!(text.lines().all(|line| line.len() < 900), "{text}");
    }

    #[tokio::test]
    async fn an_address_without_at_is_rejected_and_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let outcome = mailer(folder.path()).send(&Mail { to: "pam".into(), ..mail("Sales", "text") }).await;
        assert!(matches!(&outcome, Outcome::Rejected(why) if why.contains("\"pam\"")), "{outcome:?}");
    }

    #[tokio::test]
    async fn a_repeated_delivery_to_a_maildir_leaves_one_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let mailer = mailer(folder.path());
        for _ in 0..2 {
            assert!(matches!(mailer.send(&mail("Sales", "text")).await, Outcome::Delivered(_)));
        }
        let files = std::fs::read_dir(folder.path().join("new")).expect("new/").count();
        assert_eq!(files, 1);
    }
}

//! Relays whose certificates an authority of the operator's own vouches for.

use std::path::Path;

use nudged::{
    config::{MailConfig, TlsMode},
    model::{NotificationId, Outcome},
    net::{LettreMailer, Mail, Mailer},
};
use nudged_tests::{Authority, Manner, Relay, smtp_with};
use tempfile::TempDir;
use tokio_rustls::TlsAcceptor;

/// What comes of a mail over STARTTLS to a relay with this certificate, and what the relay took.
async fn sent(tls: TlsAcceptor, ca_file: Option<&Path>) -> (Outcome, usize) {
    let relay = Relay::with(Manner { tls: Some(tls), ..Manner::default() }).await;
    let config = MailConfig {
        from: "nudged@nudged.test".to_owned(),
        transport: smtp_with(&relay.url(), TlsMode::Required),
        ca_file: ca_file.map(Path::to_owned),
    };
    let mail = Mail {
        id: NotificationId::from_stored("n1".to_owned()),
        to: "pam@x.test".to_owned(),
        subject: "Sales".to_owned(),
        text: "text".to_owned(),
        html: None,
        headers: Vec::new(),
        threads: Vec::new(),
    };
    let outcome = LettreMailer::new(&config).expect("a mailer").send(&mail).await;
    (outcome, relay.taken().len())
}

#[tokio::test]
async fn a_relay_is_trusted_if_its_authority_is_named_and_its_name_and_time_are_right() {
    let (authority, folder) = (Authority::default(), TempDir::new().expect("a folder"));
    let file = authority.file(folder.path());
    let (outcome, taken) = sent(authority.vouch_for("127.0.0.1"), Some(&file)).await;
    assert_eq!((&outcome, taken), (&Outcome::Delivered("250 taken".to_owned()), 1));
    for (tls, ca_file, expected) in [
        (authority.vouch_for("127.0.0.1"), None, "UnknownIssuer"),
        (authority.vouch_for("relay.test"), Some(file.as_path()), "not valid for name"),
        (authority.vouched_once_for("127.0.0.1"), Some(file.as_path()), "expired"),
    ] {
        let (outcome, taken) = sent(tls, ca_file).await;
        let Outcome::Unreachable(detail) = outcome else { panic!("{outcome:?}") };
        assert!(detail.contains(expected), "{detail}");
        assert_eq!(taken, 0);
    }
}

#[test]
fn a_file_of_authorities_that_cannot_be_used_is_named() {
    let config = MailConfig {
        from: "nudged@nudged.test".to_owned(),
        transport: smtp_with("smtp://127.0.0.1", TlsMode::Required),
        ca_file: Some("/nowhere/ca.pem".into()),
    };
    let Err(error) = LettreMailer::new(&config) else { panic!("there is no such file") };
    assert_eq!(error.to_string(), "ca_file: /nowhere/ca.pem cannot be read");
}

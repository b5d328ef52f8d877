//! Somebody between nudged and its relay, before the connection is encrypted.

use nudged::{
    config::{MailConfig, TlsMode},
    model::{NotificationId, Outcome},
    net::{LettreMailer, Mail, Mailer},
};
use nudged_tests::{Authority, smtp_with};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

/// A relay that says this to STARTTLS, in one piece, and then speaks TLS if it can. Answers with what it was told over TLS.
async fn relay(answer: &'static str, tls: TlsAcceptor) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("smtp://{}", listener.local_addr().expect("the port"));
    let heard = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        let mut wire = BufReader::new(stream);
        let mut line = String::new();
        wire.write_all(b"220 relay.test ESMTP\r\n").await.expect("it reads");
        wire.read_line(&mut line).await.expect("EHLO");
        wire.write_all(b"250-relay.test\r\n250 STARTTLS\r\n").await.expect("it reads");
        wire.read_line(&mut line).await.expect("STARTTLS");
        wire.write_all(answer.as_bytes()).await.expect("it reads");
        let Ok(mut wire) = tls.accept(wire.into_inner()).await else { return String::new() };
        wire.write_all(b"250 relay.test\r\n").await.ok();
        let mut heard = vec![0; 1000];
        let length = wire.read(&mut heard).await.unwrap_or_default();
        String::from_utf8_lossy(&heard[..length]).into_owned()
    });
    (url, heard)
}

async fn sent(answer: &'static str, mode: TlsMode) -> (Outcome, String) {
    let (authority, folder) = (Authority::default(), TempDir::new().expect("a folder"));
    let (url, heard) = relay(answer, authority.vouch_for("127.0.0.1")).await;
    let config = MailConfig {
        from: "nudged@nudged.test".to_owned(),
        transport: smtp_with(&url, mode),
        ca_file: Some(authority.file(folder.path())),
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
    (outcome, heard.await.expect("a relay"))
}

#[tokio::test]
async fn an_answer_that_was_slipped_in_before_tls_does_not_count_as_said_over_it() {
    for mode in [TlsMode::Required, TlsMode::Opportunistic] {
        for slipped in
            ["220 go\r\n250 slipped in\r\n", "220 go\r\n250-a\r\n250 b\r\n250 ok\r\n250 ok\r\n354 go\r\n250 taken\r\n"]
        {
            let (outcome, heard) = sent(slipped, mode).await;
            assert!(matches!(outcome, Outcome::Unreachable(_)), "{slipped:?}: {outcome:?}");
            assert_eq!(heard, "", "nothing is said after it");
        }
    }
}

#[tokio::test]
async fn an_honest_relay_is_spoken_to_over_tls() {
    let (_, heard) = sent("220 go\r\n", TlsMode::Required).await;
    assert!(heard.starts_with("EHLO "), "{heard:?}");
}

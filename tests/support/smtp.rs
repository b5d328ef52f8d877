//! An SMTP server that follows a script: it refuses, stalls or hangs up where a test wants it to, and remembers what it
//! was told and what it took.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use mailparse::parse_mail;
use tokio::{net::TcpListener, sync::watch};
use tokio_rustls::TlsAcceptor;

use crate::smtp_session::Session;

/// How long a test waits for something to happen: much longer than it takes on a busy machine.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// Where in an SMTP session the script interferes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Instead of the greeting.
    Connect,
    /// Answering EHLO.
    Hello,
    /// Answering STARTTLS. What is replied there is followed by no TLS.
    StartTls,
    /// Answering AUTH.
    Auth,
    /// Answering MAIL.
    Mail,
    /// Answering RCPT.
    Recipient,
    /// Answering DATA.
    Data,
    /// Within the mail's text.
    Content,
    /// Answering the final dot.
    Dot,
}

/// What the server does there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Gives this reply instead of its own. After a refusal of the final dot the mail is not taken.
    Reply(&'static str),
    /// Gives its own reply, and this in the same packet.
    ReplyAnd(&'static str),
    /// Closes the connection.
    HangUp,
    /// Says nothing until [`Relay::release`], then goes on. A mail whose final dot it has seen is taken. Within the text,
    /// it reads no further, and hangs up when it is released: that mail is never taken.
    Hold,
}

/// What the server is like.
#[derive(Default)]
pub struct Manner {
    /// Offers STARTTLS with this certificate.
    pub tls: Option<TlsAcceptor>,
    /// Offers AUTH PLAIN.
    pub auth: bool,
    /// Offers SMTPUTF8, and refuses senders who ask for it otherwise.
    pub international: bool,
    /// Largest mail in bytes that it takes; any if it is none.
    pub size: Option<usize>,
}

/// A mail that the server took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// Header and body, without the dots of SMTP.
    pub mail: Vec<u8>,
}

impl Taken {
    /// The value of a header field that stands on one line.
    pub fn field(&self, name: &str) -> String {
        let text = String::from_utf8_lossy(&self.mail).into_owned();
        let field = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        field.unwrap_or_else(|| panic!("no field {name} in\n{text}")).to_owned()
    }

    /// The plain text, in one line.
    ///
    /// # Panics
    /// If there is none.
    pub fn words(&self) -> String {
        let mail = parse_mail(&self.mail).expect("a mail");
        let plain = mail.subparts.iter().find(|part| part.ctype.mimetype == "text/plain").expect("plain text");
        plain.get_body().expect("a body").split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// What the server did so far.
#[derive(Debug, Default)]
pub struct Record {
    /// Every command, in the order of arrival.
    pub commands: Vec<String>,
    /// Every mail that was taken.
    pub taken: Vec<Taken>,
    /// Sessions that wait for a release.
    pub held: usize,
    /// Sessions that have begun.
    pub sessions: usize,
    /// Sessions that have not ended.
    pub open: usize,
    pub(crate) rules: Vec<Rule>,
    /// Each ends the sessions that have begun before it.
    pub(crate) farewells: Vec<&'static str>,
}

/// One line of the script.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) stage: Stage,
    /// For mails to this recipient only.
    pub(crate) recipient: Option<String>,
    pub(crate) act: Act,
}

/// The server. It ends with the test's runtime.
#[derive(Clone)]
pub struct Relay {
    address: SocketAddr,
    record: watch::Sender<Record>,
    manner: watch::Sender<Arc<Manner>>,
}

impl Relay {
    /// A server that takes every mail, without TLS and passwords.
    pub async fn start() -> Self {
        Self::with(Manner::default()).await
    }

    /// A server like this.
    pub async fn with(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("the port");
        let (record, _) = watch::channel(Record::default());
        let manner = watch::Sender::new(Arc::new(manner));
        let (sessions, manners) = (record.clone(), manner.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let session = Session::new(stream, sessions.clone(), Arc::clone(&manners.borrow()));
                let ended = sessions.clone();
                tokio::spawn(async move {
                    // A client that goes away ends its session, nothing else.
                    session.run().await.ok();
                    ended.send_modify(|record| record.open -= 1);
                });
            }
        });
        Self { address, record, manner }
    }

    /// Is like this from the next session on.
    pub fn become_like(&self, manner: Manner) {
        self.manner.send_replace(Arc::new(manner));
    }

    /// `smtp://127.0.0.1:port`
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Does this from now on, to everybody.
    pub fn on(&self, stage: Stage, act: Act) {
        self.record.send_modify(|record| record.rules.push(Rule { stage, recipient: None, act }));
    }

    /// Does this from now on with mails to one recipient.
    pub fn on_mails_to(&self, recipient: &str, stage: Stage, act: Act) {
        let rule = Rule { stage, recipient: Some(recipient.to_owned()), act };
        self.record.send_modify(|record| record.rules.push(rule));
    }

    /// Forgets the script: what is held goes on.
    pub fn release(&self) {
        self.record.send_modify(|record| record.rules.clear());
    }

    /// Ends the sessions that wait for a command, with these last words if there are any, and waits until they are gone.
    ///
    /// # Panics
    /// If a session does something else for longer than [`DEADLINE`].
    pub async fn say_goodbye(&self, last_words: &'static str) {
        self.record.send_modify(|record| record.farewells.push(last_words));
        self.until("nobody is connected", |record| record.open == 0).await;
    }

    /// Waits until the record is like this.
    ///
    /// # Panics
    /// If that takes longer than [`DEADLINE`].
    pub async fn until(&self, what: &str, is: impl FnMut(&Record) -> bool) {
        let mut record = self.record.subscribe();
        if tokio::time::timeout(DEADLINE, record.wait_for(is)).await.is_err() {
            panic!("the relay waits in vain until {what}: {:?}", *self.record.borrow());
        }
    }

    /// Waits until a session is held.
    pub async fn until_held(&self) {
        self.until("a session is held", |record| record.held > 0).await;
    }

    /// The mails that were taken so far.
    pub fn taken(&self) -> Vec<Taken> {
        self.record.borrow().taken.clone()
    }

    /// How many sessions have begun.
    pub fn sessions(&self) -> usize {
        self.record.borrow().sessions
    }

    /// Whether a command of this verb has arrived.
    pub fn heard(&self, verb: &str) -> bool {
        self.record.borrow().commands.iter().any(|command| command.starts_with(verb))
    }
}

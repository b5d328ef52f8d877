//! One session of the scripted SMTP server.

use std::{io, sync::Arc};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpStream,
    sync::watch,
};

use crate::smtp::{Act, Manner, Record, Rule, Stage, Taken};

/// A connection, plain or TLS.
trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// Whether the session goes on.
#[derive(PartialEq, Eq)]
enum Flow {
    Accepted,
    Refused,
}

pub(crate) struct Session {
    wire: BufReader<Box<dyn Wire>>,
    record: watch::Sender<Record>,
    manner: Arc<Manner>,
    encrypted: bool,
    to: Vec<String>,
    /// Farewells that were said before this session.
    farewells: usize,
}

impl Session {
    pub(crate) fn new(stream: TcpStream, record: watch::Sender<Record>, manner: Arc<Manner>) -> Self {
        let mut farewells = 0;
        record.send_modify(|record| {
            record.sessions += 1;
            record.open += 1;
            farewells = record.farewells.len();
        });
        Self { wire: BufReader::new(Box::new(stream)), record, manner, encrypted: false, to: Vec::new(), farewells }
    }

    pub(crate) async fn run(mut self) -> io::Result<()> {
        self.answer(Stage::Connect, "220 relay.test ESMTP").await?;
        loop {
            let command = self.command().await?;
            self.record.send_modify(|record| record.commands.push(command.clone()));
            let verb = command.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" | "HELO" => self.hello().await?,
                "STARTTLS" => self = self.encrypt().await?,
                "AUTH" => self.answer(Stage::Auth, "235 welcome").await.map(|_| ())?,
                "MAIL" => self.sender(&command).await?,
                "RCPT" => self.recipient(&command).await?,
                "DATA" => self.data().await?,
                "QUIT" => return self.say("221 bye").await,
                _ => self.say("250 ok").await?,
            }
        }
    }

    /// The next command, unless the server says goodbye before.
    async fn command(&mut self) -> io::Result<String> {
        let (mut record, heard) = (self.record.subscribe(), self.farewells);
        let last_words = tokio::select! {
            line = self.line() => return line,
            record = record.wait_for(|record| record.farewells.len() > heard) => match record {
                Ok(record) => record.farewells[heard],
                Err(_) => "",
            },
        };
        if !last_words.is_empty() {
            self.say(last_words).await?;
        }
        Err(io::ErrorKind::ConnectionAborted.into())
    }

    async fn hello(&mut self) -> io::Result<()> {
        let mut lines = vec!["250-relay.test"];
        if self.manner.tls.is_some() && !self.encrypted {
            lines.push("250-STARTTLS");
        }
        if self.manner.auth {
            lines.push("250-AUTH PLAIN");
        }
        if self.manner.international {
            lines.push("250-SMTPUTF8");
        }
        let size = format!("250 SIZE {}", self.manner.size.unwrap_or(1_000_000));
        lines.push(&size);
        self.answer(Stage::Hello, &lines.join("\r\n")).await.map(|_| ())
    }

    async fn sender(&mut self, command: &str) -> io::Result<()> {
        self.to.clear();
        if command.contains(" SMTPUTF8") && !self.manner.international {
            return self.say("555 5.5.4 unsupported option: SMTPUTF8").await;
        }
        self.answer(Stage::Mail, "250 ok").await.map(|_| ())
    }

    async fn encrypt(mut self) -> io::Result<Self> {
        let Some(acceptor) = self.manner.tls.clone() else {
            self.say("502 no").await?;
            return Ok(self);
        };
        let act = self.act(Stage::StartTls);
        self.answer(Stage::StartTls, "220 go ahead").await?;
        if matches!(act, Some(Act::Reply(_))) {
            return Ok(self);
        }
        let stream = acceptor.accept(self.wire.into_inner()).await?;
        Ok(Self { wire: BufReader::new(Box::new(stream)), encrypted: true, ..self })
    }

    async fn recipient(&mut self, command: &str) -> io::Result<()> {
        let address = command.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        self.to.push(address);
        if self.answer(Stage::Recipient, "250 ok").await? == Flow::Refused {
            self.to.pop();
        }
        Ok(())
    }

    async fn data(&mut self) -> io::Result<()> {
        if self.answer(Stage::Data, "354 end with a dot").await? == Flow::Refused {
            return Ok(());
        }
        let act = self.act(Stage::Content);
        if let Some(Act::HangUp | Act::Hold) = act {
            self.line().await?;
            if act == Some(Act::Hold) {
                self.stall().await;
            }
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        let mail = self.content().await?;
        if self.manner.size.is_some_and(|size| mail.len() > size) {
            return self.say("552 5.3.4 message size exceeds fixed limit").await;
        }
        if !matches!(self.act(Stage::Dot), Some(Act::Reply(reply)) if !reply.starts_with('2')) {
            let taken = Taken { to: self.to.clone(), mail };
            self.record.send_modify(|record| record.taken.push(taken));
        }
        self.answer(Stage::Dot, "250 taken").await.map(|_| ())
    }

    async fn content(&mut self) -> io::Result<Vec<u8>> {
        let mut mail = Vec::new();
        loop {
            let mut line = Vec::new();
            if self.wire.read_until(b'\n', &mut line).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            match line.as_slice() {
                b".\r\n" => return Ok(mail),
                [b'.', rest @ ..] => mail.extend_from_slice(rest),
                line => mail.extend_from_slice(line),
            }
        }
    }

    /// Gives the usual reply, or what the script says.
    async fn answer(&mut self, stage: Stage, usual: &str) -> io::Result<Flow> {
        let reply = match self.act(stage) {
            None => usual,
            Some(Act::Reply(reply)) => reply,
            Some(Act::ReplyAnd(more)) => &format!("{usual}\r\n{more}"),
            Some(Act::HangUp) => return Err(io::ErrorKind::ConnectionAborted.into()),
            Some(Act::Hold) => {
                self.hold(stage).await?;
                usual
            }
        };
        self.say(reply).await?;
        Ok(if reply.starts_with(['2', '3']) { Flow::Accepted } else { Flow::Refused })
    }

    /// Waits until no rule holds this session any more; ends if the client goes away before.
    async fn hold(&mut self, stage: Stage) -> io::Result<()> {
        self.record.send_modify(|record| record.held += 1);
        let mut record = self.record.subscribe();
        let to = self.to.clone();
        let ended = tokio::select! {
            _ = record.wait_for(|record| find(&record.rules, stage, &to).is_none()) => Ok(()),
            read = self.wire.fill_buf() => match read {
                Ok([]) | Err(_) => Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(_) => panic!("the client speaks before it has its answer"),
            },
        };
        self.record.send_modify(|record| record.held -= 1);
        ended
    }

    /// Waits within the mail's text until no rule holds this session any more.
    async fn stall(&mut self) {
        self.record.send_modify(|record| record.held += 1);
        let (mut record, to) = (self.record.subscribe(), self.to.clone());
        // An error means that the relay is gone: then there is nothing to wait for.
        let _ = record.wait_for(|record| find(&record.rules, Stage::Content, &to).is_none()).await;
        self.record.send_modify(|record| record.held -= 1);
    }

    fn act(&self, stage: Stage) -> Option<Act> {
        find(&self.record.borrow().rules, stage, &self.to)
    }

    async fn say(&mut self, reply: &str) -> io::Result<()> {
        self.wire.write_all(format!("{reply}\r\n").as_bytes()).await?;
        self.wire.flush().await
    }

    async fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        match self.wire.read_line(&mut line).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(line.trim_end().to_owned()),
        }
    }
}

fn find(rules: &[Rule], stage: Stage, to: &[String]) -> Option<Act> {
    let concerned = |rule: &&Rule| rule.recipient.as_ref().is_none_or(|recipient| to.contains(recipient));
    rules.iter().filter(|rule| rule.stage == stage).find(concerned).map(|rule| rule.act.clone())
}

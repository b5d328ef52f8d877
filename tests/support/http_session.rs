//! One connection of the scripted HTTP server.

use std::io;

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpStream,
    sync::watch,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use crate::http::{Heard, Received, Reply, Way};

/// A connection, plain or TLS.
trait Wire: AsyncRead + AsyncWrite + Unpin + Send {
    fn tcp(&self) -> &TcpStream;
}

impl Wire for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Wire for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

type Line = BufReader<Box<dyn Wire>>;

/// Answers requests until one side closes.
pub(crate) async fn run(stream: TcpStream, tls: Option<&TlsAcceptor>, heard: &watch::Sender<Heard>) -> io::Result<()> {
    let mut at_once = false;
    heard.send_modify(|heard| {
        heard.connections += 1;
        at_once = heard.hangs_up_at_once();
    });
    if at_once {
        return Ok(());
    }
    let wire: Box<dyn Wire> = match tls {
        Some(tls) => Box::new(tls.accept(stream).await?),
        None => Box::new(stream),
    };
    let mut wire = BufReader::new(wire);
    while let Some(request) = receive(&mut wire).await? {
        let mut reply = Reply::says(200, "");
        heard.send_modify(|heard| {
            reply = heard.reply(&request.path);
            heard.requests.push(request.clone());
        });
        if reply.held {
            hold(&mut wire, heard).await?;
        }
        if !answer(&mut wire, &request.method, &reply).await? {
            return Ok(());
        }
    }
    Ok(())
}

/// The next request; `None` if the client has closed.
async fn receive(wire: &mut Line) -> io::Result<Option<Received>> {
    let first = line(wire).await?;
    let mut words = first.split(' ');
    let (Some(method), Some(path)) = (words.next().filter(|word| !word.is_empty()), words.next()) else {
        return Ok(None);
    };
    let mut request =
        Received { method: method.to_owned(), path: path.to_owned(), headers: Vec::new(), body: Vec::new() };
    loop {
        let line = line(wire).await?;
        let Some((name, value)) = line.split_once(':') else { break };
        request.headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let length = request.field("content-length").map_or(0, |length| length.parse().expect("a length"));
    request.body = vec![0; length];
    wire.read_exact(&mut request.body).await?;
    Ok(Some(request))
}

async fn line(wire: &mut Line) -> io::Result<String> {
    let mut line = Vec::new();
    wire.read_until(b'\n', &mut line).await?;
    Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
}

/// Waits for a release; ends if the client goes away before.
async fn hold(wire: &mut Line, heard: &watch::Sender<Heard>) -> io::Result<()> {
    let mut released = heard.subscribe();
    let before = heard.borrow().releases;
    heard.send_modify(|heard| heard.held += 1);
    let ended = tokio::select! {
        _ = released.wait_for(|heard| heard.releases > before) => Ok(()),
        read = wire.fill_buf() => match read {
            Ok([]) | Err(_) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(_) => panic!("the client sends another request before it has its answer"),
        },
    };
    heard.send_modify(|heard| heard.held -= 1);
    ended
}

/// Says whether the connection goes on.
async fn answer(wire: &mut Line, method: &str, reply: &Reply) -> io::Result<bool> {
    match reply.manner {
        Way::Whole => {
            head(wire, reply, Some(reply.body.len())).await?;
            if method != "HEAD" {
                wire.write_all(&reply.body).await?;
            }
            wire.flush().await?;
            return Ok(true);
        }
        Way::HangUpAtOnce | Way::HangUp => {}
        Way::Reset => wire.get_ref().tcp().set_zero_linger()?,
        Way::ResetInHeaders => {
            wire.write_all(format!("HTTP/1.1 {} Scripted\r\nx-tra", reply.status).as_bytes()).await?;
            wire.flush().await?;
            wire.get_ref().tcp().set_zero_linger()?;
        }
        Way::ResetAfterHeaders => {
            head(wire, reply, Some(reply.body.len())).await?;
            wire.flush().await?;
            wire.get_ref().tcp().set_zero_linger()?;
        }
        Way::HalfBody => {
            head(wire, reply, Some(reply.body.len())).await?;
            wire.write_all(&reply.body[..reply.body.len() / 2]).await?;
            wire.flush().await?;
        }
        Way::Drip(_) | Way::Endless => {
            head(wire, reply, None).await?;
            for_ever(wire, reply).await?;
        }
        Way::Babble => {
            wire.write_all(&reply.body).await?;
            wire.flush().await?;
        }
    }
    Ok(false)
}

/// Status and header fields; without a length the body ends with the connection.
async fn head(wire: &mut Line, reply: &Reply, length: Option<usize>) -> io::Result<()> {
    let mut head = format!("HTTP/1.1 {} Scripted\r\n", reply.status);
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if let Some(length) = length {
        head.push_str(&format!("content-length: {length}\r\n"));
    }
    head.push_str("\r\n");
    wire.write_all(head.as_bytes()).await
}

/// Sends the body again and again until the client goes away.
async fn for_ever(wire: &mut Line, reply: &Reply) -> io::Result<()> {
    loop {
        match reply.manner.pause() {
            Some(pause) => {
                for byte in &reply.body {
                    wire.write_all(&[*byte]).await?;
                    wire.flush().await?;
                    tokio::time::sleep(pause).await;
                }
            }
            None => wire.write_all(&reply.body).await?,
        }
    }
}

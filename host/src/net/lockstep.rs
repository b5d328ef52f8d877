//! A connection to a relay that is read no further than it was answered, until it is encrypted.

use std::{
    io::{self, IoSlice},
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll, ready},
};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// The first byte of every TLS handshake (RFC 8446, section 5.1), which no SMTP command begins with.
const HANDSHAKE: u8 = 22;

/// Hands out single bytes before TLS begins.
///
/// lettre reads lines through a buffer that it keeps when it turns to TLS. Whoever is between here and the relay could send
/// more than the answer to STARTTLS, and what is left in the buffer would count as said over TLS: the answers to come would
/// be those to other commands, and a refused mail would be a delivered one. This way nothing is left in the buffer: what
/// comes too early ends the handshake.
#[derive(Debug)]
pub(super) struct Lockstep {
    stream: TcpStream,
    encrypted: bool,
}

impl Lockstep {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self { stream, encrypted: false }
    }

    fn watch(&mut self, written: &[u8]) {
        self.encrypted |= written.first() == Some(&HANDSHAKE);
    }
}

impl AsyncTokioStream for Lockstep {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }
}

impl AsyncRead for Lockstep {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.encrypted || buf.remaining() == 0 {
            return Pin::new(&mut self.stream).poll_read(cx, buf);
        }
        let mut byte = [0];
        let mut one = ReadBuf::new(&mut byte);
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut one))?;
        buf.put_slice(one.filled());
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Lockstep {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.watch(buf);
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.watch(bufs.iter().find(|buf| !buf.is_empty()).map_or(&[], |buf| buf));
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

//! Between a client and a server that is there: connections can be cut, and made to stall.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp},
    sync::watch,
};

/// What the way to the server is like.
#[derive(Debug, Clone, Copy, Default)]
struct Way {
    /// Nothing passes.
    stalled: bool,
    /// Connections end as soon as they are there.
    cut: bool,
    /// How often it was cut: a connection ends with the first, however soon it is mended.
    cuts: usize,
}

/// Hands everything on to a server. It ends with the test's runtime.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    way: watch::Sender<Way>,
}

impl Proxy {
    /// Stands before the server at `host:port`.
    ///
    /// # Panics
    /// If there is no free port.
    pub async fn before(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("the port");
        let (way, server) = (watch::Sender::new(Way::default()), server.to_owned());
        let told = way.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (way, server) = (told.subscribe(), server.clone());
                tokio::spawn(connection(client, server, way));
            }
        });
        Self { address, way }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends every connection, and each that is made from now on.
    pub fn cut(&self) {
        self.way.send_modify(|way| *way = Way { cut: true, cuts: way.cuts + 1, ..*way });
    }

    /// Lets nothing pass from now on.
    pub fn stall(&self) {
        self.way.send_modify(|way| way.stalled = true);
    }

    /// Lets everything pass again.
    pub fn mend(&self) {
        self.way.send_modify(|way| *way = Way { cuts: way.cuts, ..Way::default() });
    }
}

async fn connection(client: TcpStream, server: String, mut way: watch::Receiver<Way>) {
    let Way { cut, cuts, .. } = *way.borrow();
    if cut {
        return;
    }
    let Ok(server) = TcpStream::connect(server).await else { return };
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    tokio::select! {
        () = pass(from_client, to_server, way.clone()) => {}
        () = pass(from_server, to_client, way.clone()) => {}
        _ = way.wait_for(|way| way.cuts > cuts) => {}
    }
}

/// Hands bytes on until one side is gone.
async fn pass(mut from: tcp::OwnedReadHalf, mut to: tcp::OwnedWriteHalf, mut way: watch::Receiver<Way>) {
    let mut bytes = [0; 8192];
    loop {
        let Ok(read) = from.read(&mut bytes).await else { return };
        if way.wait_for(|way| !way.stalled).await.is_err() || read == 0 {
            return;
        }
        if to.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}

//! Connections: how many, how long, how much they may say.

use std::{net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use anyhow::anyhow;
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Connections at one time; more wait in the system's queue. A scraper, probes and an operator need a handful.
const CONNECTIONS: usize = 64;

/// How long a request's head may take to arrive: somebody who sends a byte a second does not keep a connection.
const HEAD: Duration = Duration::from_secs(5);

/// How long a connection may live. A reload waits for a scan under way, which has ten minutes.
const LONGEST: Duration = Duration::from_secs(900);

/// Bytes of a request's head. Bodies are not read at all.
const HEAD_BYTES: usize = 16 << 10;

/// Fields of a request's head.
const HEAD_FIELDS: usize = 64;

/// Wait before the next connection is taken when the system had none to give (no file descriptors left).
const AGAIN: Duration = Duration::from_millis(500);

/// Takes the address.
pub(super) async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            anyhow!("api.listen: {address} is in use: stop what listens there, or write another address, or \"off\"")
        }
        _ => anyhow!("api.listen: cannot listen on {address} ({error}): write an address of this machine, or \"off\""),
    })?;
    tracing::info!("api listens on {}", listener.local_addr()?);
    Ok(listener)
}

/// Answers until `stop`, each connection one request.
pub(super) async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) {
    let (places, connections) = (Arc::new(Semaphore::new(CONNECTIONS)), TaskTracker::new());
    loop {
        let accepted = async {
            // The semaphore is never closed.
            let place = Arc::clone(&places).acquire_owned().await.ok();
            (place, listener.accept().await)
        };
        match stop.run_until_cancelled(accepted).await {
            None => break,
            Some((place, Ok((stream, _)))) => {
                let (router, stop) = (router.clone(), stop.clone());
                connections.spawn(async move {
                    answer(stream, router, stop).await;
                    drop(place);
                });
            }
            Some((_, Err(error))) => {
                tracing::warn!(%error, "api: a connection cannot be taken");
                tokio::time::sleep(AGAIN).await;
            }
        }
    }
    connections.close();
    // Who does not read the answer does not hold up the end.
    let _ = tokio::time::timeout(HEAD, connections.wait()).await;
}

async fn answer(stream: TcpStream, router: Router, stop: CancellationToken) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD).keep_alive(false);
    http.max_buf_size(HEAD_BYTES).max_headers(HEAD_FIELDS);
    let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = pin!(connection);
    let answered = async {
        tokio::select! {
            ended = connection.as_mut() => return ended,
            () = stop.cancelled() => connection.as_mut().graceful_shutdown(),
        }
        connection.await
    };
    // Whatever goes wrong is the client's business.
    if let Ok(Err(error)) = tokio::time::timeout(LONGEST, answered).await {
        tracing::debug!(%error, "api: a connection ended");
    }
}

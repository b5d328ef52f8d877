//! The HTTP server that webhooks are posted to: it hears the body and says 204.

use std::sync::Arc;

use anyhow::Result;
use axum::{Router, body::Bytes, http::StatusCode, routing::post, serve::ListenerExt};
use tokio::{net::TcpListener, task::JoinHandle};

/// Listens until it is dropped.
pub(crate) struct Listener {
    /// Where to post, without a path.
    pub(crate) origin: String,
    task: JoinHandle<()>,
}

impl Listener {
    /// Listens on a free port of this machine.
    ///
    /// # Errors
    /// If there is none.
    pub(crate) async fn start(hear: impl Fn(&Bytes) + Send + Sync + 'static) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let hear = Arc::new(hear);
        let taken = move |body: Bytes| {
            hear(&body);
            std::future::ready(StatusCode::NO_CONTENT)
        };
        let serving = axum::serve(
            listener.tap_io(|stream| stream.set_nodelay(true).unwrap_or_default()),
            Router::new().route("/", post(taken)),
        );
        let task = tokio::spawn(async move { serving.await.unwrap_or_default() });
        Ok(Self { origin, task })
    }

    /// Where to post.
    pub(crate) fn url(&self) -> String {
        format!("{}/", self.origin)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

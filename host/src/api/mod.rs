//! What the daemon answers about itself over HTTP.
//!
//! | request | answer |
//! |---|---|
//! | `GET /-/healthy` | 200 while the process serves |
//! | `GET /-/ready` | 200 if every part runs and store and source answered when they were last looked at, else 503 |
//! | `GET /metrics` | Prometheus' text format |
//! | `POST /-/reload` | 200 once the configuration is read again and in force, else 400 or 500 with every problem |
//! | `GET /-/plugins` | what is known of each plugin, and which files were refused; JSON |
//! | `POST /-/plugins/{name}/release` | 200 once a held generation serves or a quarantine has ended, else 404 or 409 |
//!
//! The first two are for everybody who can reach the port: they tell nothing but yes or no and which part. The others
//! need the token or, where there is none, a request that no foreign web page can have brought about (`guard`).

mod guard;
mod health;
mod plugins;
mod serve;

use std::{
    net::SocketAddr,
    sync::{Arc, PoisonError, RwLock},
};

use axum::{
    Router,
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Serialize;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use self::{
    health::{Health, Part},
    plugins::{Overview, Plugins, Refused},
};
use crate::{
    config::Secret,
    lifecycle::{ReloadError, Reloads},
    telemetry::recorder::Recorder,
};

/// Prometheus' text format.
const METRICS: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What answers are made of.
#[derive(Clone)]
pub struct Api {
    /// How the daemon is.
    pub health: Arc<Health>,
    /// What was measured.
    pub recorder: Recorder,
    /// Who reloads.
    pub reloads: Reloads,
    /// What has to be presented; a reload may change it.
    pub token: Arc<RwLock<Option<Secret>>>,
    /// Who is asked about plugins; a reload may change it.
    pub plugins: Plugins,
}

/// Takes the address.
///
/// # Errors
/// If it cannot be had: names `api.listen` and what to do.
pub async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    serve::bind(address).await
}

impl Api {
    /// Answers until `stop`; answers under way are given first.
    pub async fn serve(self, listener: TcpListener, stop: CancellationToken) {
        serve::serve(listener, self.router(), stop).await;
    }

    fn router(self) -> Router {
        let guarded = middleware::from_fn_with_state(self.clone(), guarded);
        Router::new()
            .route("/metrics", get(metrics))
            .route("/-/reload", post(reload))
            .route("/-/plugins", get(plugins::list))
            .route("/-/plugins/{name}/release", post(plugins::release))
            .route_layer(guarded)
            .route("/-/healthy", get(async || "healthy\n"))
            .route("/-/ready", get(ready))
            .with_state(self)
    }

    fn token(&self) -> Option<Secret> {
        self.token.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn guarded(State(api): State<Api>, request: Request, next: Next) -> Response {
    match guard::admit(request.headers(), api.token().as_ref()) {
        Ok(()) => next.run(request).await,
        Err(guard::Refusal::Unknown) => {
            let text = "present the token of api.token: `Authorization: Bearer …`\n";
            (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer realm=\"nudged\"")], text).into_response()
        }
        Err(guard::Refusal::Foreign(why)) => (StatusCode::FORBIDDEN, format!("{why}\n")).into_response(),
    }
}

async fn ready(State(api): State<Api>) -> Response {
    let troubles = api.health.troubles();
    let status = if troubles.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    json(status, &serde_json::json!({ "ready": troubles.is_empty(), "reasons": troubles }))
}

fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_string(body) {
        Ok(body) => (status, [(header::CONTENT_TYPE, "application/json")], body + "\n").into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")).into_response(),
    }
}

async fn metrics(State(api): State<Api>) -> Response {
    ([(header::CONTENT_TYPE, METRICS)], api.recorder.render()).into_response()
}

async fn reload(State(api): State<Api>) -> Response {
    match api.reloads.reload().await {
        Ok(()) => "reloaded\n".into_response(),
        Err(why) => {
            let status = match why {
                ReloadError::Configuration(_) => StatusCode::BAD_REQUEST,
                ReloadError::Parts(_) | ReloadError::Stopping => StatusCode::INTERNAL_SERVER_ERROR,
            };
            (status, format!("{why}\n")).into_response()
        }
    }
}

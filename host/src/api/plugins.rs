//! What is asked about plugins, and told to them.

use std::sync::{Arc, PoisonError, RwLock};

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

use super::{Api, json};
use crate::plugin::{PluginStatus, Refusal, Registry};

/// The plugins of the configuration in force: a reload may put another registry here.
#[derive(Clone, Default)]
pub struct Plugins(Arc<RwLock<Option<Arc<Registry>>>>);

/// The answer to `GET /-/plugins`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    /// Those that serve, by name.
    pub plugins: Vec<PluginStatus>,
    /// Files that do not.
    pub refused: Vec<Refused>,
}

/// A file that was not admitted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Its name in the plugins folder.
    pub file: String,
    /// What is wrong and what would mend it.
    pub reason: String,
}

impl Plugins {
    /// These are in force now.
    pub fn set(&self, registry: Arc<Registry>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(registry);
    }

    fn get(&self) -> Option<Arc<Registry>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Overview {
    /// What is known of these plugins now.
    pub fn of(registry: &Registry) -> Self {
        let refused = registry.refusals().into_iter().map(|Refusal { file, reason, .. }| Refused { file, reason });
        Self { plugins: registry.statuses(), refused: refused.collect() }
    }

    /// The plugin of this name, if it serves.
    pub fn plugin(&self, name: &str) -> Option<&PluginStatus> {
        self.plugins.iter().find(|plugin| plugin.name == name)
    }
}

pub(super) async fn list(State(api): State<Api>) -> Response {
    match api.plugins.get() {
        Some(registry) => json(StatusCode::OK, &Overview::of(&registry)),
        None => starting(),
    }
}

pub(super) async fn release(State(api): State<Api>, Path(name): Path<String>) -> Response {
    let Some(registry) = api.plugins.get() else { return starting() };
    match registry.release(&name).await {
        Ok(done) => format!("{done}\n").into_response(),
        Err(why) => {
            let known = Overview::of(&registry).plugin(&name).is_some();
            let status = if known { StatusCode::CONFLICT } else { StatusCode::NOT_FOUND };
            (status, format!("{why}\n")).into_response()
        }
    }
}

fn starting() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, "nudged is starting: ask again in a moment\n").into_response()
}

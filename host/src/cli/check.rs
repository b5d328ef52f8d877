//! `nudged check`.

use std::sync::Arc;

use serde_json::json;

use super::{End, Failure, Format, output};
use crate::{
    clock::Clock,
    config::Config,
    daemon::{self, Finding},
};

pub(super) async fn check(config: Config, format: Format, clock: Arc<dyn Clock>) -> Result<End, Failure> {
    let findings = daemon::check(&config, clock).await?;
    for Finding { what, fault, detail } in &findings {
        match format {
            Format::Json => output::line(&json!({ "check": what, "ok": !fault, "detail": detail }).to_string()),
            Format::Text => output::line(&format!("{:<5} {what}: {detail}", if *fault { "FAULT" } else { "ok" })),
        }
    }
    Ok(if findings.iter().any(|finding| finding.fault) { End::No } else { End::Well })
}

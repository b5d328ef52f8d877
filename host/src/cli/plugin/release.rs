//! `nudged plugin release`.

use serde_json::json;

use super::ask::{Daemon, NoAnswer, Released};
use crate::cli::{
    End, Format,
    output::{line, remark},
};

/// Only a daemon has anything to release: what it holds or has quarantined is its own.
pub(super) async fn release(daemon: &Daemon, plugin: &str, format: Format) -> Result<End, NoAnswer> {
    match daemon.release(plugin).await? {
        Released::Done(done) => {
            match format {
                Format::Json => line(&json!({ "plugin": plugin, "done": done }).to_string()),
                Format::Text => line(&done),
            }
            Ok(End::Well)
        }
        Released::No(why) => {
            remark(&format!("nudged: {why}"));
            Ok(End::No)
        }
    }
}

//! `nudged check`.

use std::sync::Arc;

use serde_json::json;

use super::{End, Failure, Format, output};
use crate::{
    clock::Clock,
    config::Config,
    daemon::{self, Checked, Finding},
    source::Advice,
};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Say, too, which indexes on data.all's tables would let scans read less, as statements to run there. Makes none.
    #[arg(long)]
    advise: bool,
    /// The form of the answer.
    #[arg(long, value_enum, default_value = "text", value_name = "FORM")]
    format: Format,
}

pub(super) async fn check(config: Config, options: Arguments, clock: Arc<dyn Clock>) -> Result<End, Failure> {
    let Checked { findings, advice } = daemon::check(&config, clock, options.advise).await?;
    findings.iter().for_each(|finding| output::line(&told(finding, options.format)));
    for advice in &advice {
        advised(advice, options.format).iter().for_each(|line| output::line(line));
    }
    Ok(if findings.iter().any(|finding| finding.fault) { End::No } else { End::Well })
}

fn told(Finding { what, fault, detail }: &Finding, format: Format) -> String {
    match format {
        Format::Json => json!({ "check": what, "ok": !fault, "detail": detail }).to_string(),
        Format::Text => format!("{:<5} {what}: {detail}", if *fault { "FAULT" } else { "ok" }),
    }
}

/// As text it is SQL, with the reason as its comment.
fn advised(Advice { index, reminders, why, statement }: &Advice, format: Format) -> Vec<String> {
    match format {
        Format::Json => {
            let advice = json!({ "index": index, "reminders": reminders, "why": why, "statement": statement });
            vec![advice.to_string()]
        }
        Format::Text => vec![format!("-- {why}"), statement.clone()],
    }
}

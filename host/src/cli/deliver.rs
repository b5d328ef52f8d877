//! `nudged deliver`.

use std::sync::Arc;

use clap::Args;

use super::{End, Failure, Format, output};
use crate::{clock::Clock, config::Config, daemon};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Deliver what is due now, and end.
    #[arg(long, required = true)]
    once: bool,
    /// The form of the answer.
    #[arg(long, value_enum, default_value = "text", value_name = "FORM")]
    format: Format,
}

pub(super) async fn deliver(config: Config, arguments: Arguments, clock: Arc<dyn Clock>) -> Result<End, Failure> {
    let deliverer = daemon::deliverer(&config, clock).await?;
    let mut count = 0_u32;
    let put_off = deliverer
        .once(|delivery| {
            count += 1;
            output::delivery(&delivery, arguments.format);
        })
        .await?;
    if put_off > 0 {
        output::remark(&format!(
            "{put_off} more wait for a destination that is dead or has its rate, or for a plugin that is not called now: \
             deliver again later"
        ));
    }
    if count == 0 && put_off == 0 && arguments.format == Format::Text {
        output::line("nothing is due");
    }
    Ok(End::Well)
}

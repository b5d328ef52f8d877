//! `nudged outbox`: what waits to be delivered, what failed, and what to do about it.

mod change;
mod list;
mod show;

use std::sync::Arc;

use clap::{Args, Subcommand, ValueEnum};

use super::{End, Failure, Format};
use crate::{
    clock::Clock,
    config::Config,
    model::NotificationId,
    store::{Filter, OutboxState, SqlStore},
};

/// Fewer digits would name another notification tomorrow.
const LEAST_DIGITS: usize = 6;

/// Hex digits of a whole id.
const MOST_DIGITS: usize = 32;

/// Ids that are named when what was written could be any of several.
const EXAMPLES: u32 = 4;

#[derive(Debug, Subcommand)]
pub(super) enum Arguments {
    /// List notifications that are not delivered, those that wait longest first. Writes nothing.
    List(ListArguments),
    /// Show all that is known of one notification, also of one that was delivered. Writes nothing.
    Show {
        /// The notification's id, or its first digits.
        #[arg(value_parser = digits)]
        id: String,
        /// The form of the answer.
        #[arg(long, value_enum, default_value = "text", value_name = "FORM")]
        format: Format,
    },
    /// Queue rejected and dead notifications again, as if they were new.
    Retry(RetryArguments),
    /// Take notifications out of the outbox for good; they are not sent.
    Drop(DropArguments),
}

#[derive(Debug, Args)]
pub(super) struct ListArguments {
    /// List those in this state only; may be repeated.
    #[arg(long = "state", value_enum, value_name = "STATE")]
    states: Vec<State>,
    /// List those for this channel only.
    #[arg(long)]
    channel: Option<String>,
    /// List those for this recipient only.
    #[arg(long)]
    recipient: Option<String>,
    /// List so many at most.
    #[arg(long, value_name = "N")]
    limit: Option<u32>,
    /// The form of the answer.
    #[arg(long, value_enum, default_value = "text", value_name = "FORM")]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct RetryArguments {
    /// Ids, or their first digits.
    #[arg(value_name = "ID", value_parser = digits, required_unless_present = "all", conflicts_with = "all")]
    ids: Vec<String>,
    /// Retry all that were rejected or are dead.
    #[arg(long)]
    all: bool,
    /// With --all: those for this channel only.
    #[arg(long, requires = "all", conflicts_with = "ids")]
    channel: Option<String>,
    /// The form of the answer.
    #[arg(long, value_enum, default_value = "text", value_name = "FORM")]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct DropArguments {
    /// Ids, or their first digits.
    #[arg(value_name = "ID", value_parser = digits, required_unless_present = "all", conflicts_with = "all")]
    ids: Vec<String>,
    /// Drop all in the states that are named.
    #[arg(long, requires = "states")]
    all: bool,
    /// With --all: those in this state; may be repeated.
    #[arg(long = "state", id = "states", value_enum, value_name = "STATE", requires = "all", conflicts_with = "ids")]
    states: Vec<State>,
    /// With --all: those for this channel only.
    #[arg(long, requires = "all", conflicts_with = "ids")]
    channel: Option<String>,
    /// The form of the answer.
    #[arg(long, value_enum, default_value = "text", value_name = "FORM")]
    format: Format,
}

/// Where a notification is in its life.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum State {
    /// It waits.
    Queued,
    /// It is being sent.
    Leased,
    /// It was refused for good.
    Rejected,
    /// It was given up.
    Dead,
}

impl From<State> for OutboxState {
    fn from(state: State) -> Self {
        match state {
            State::Queued => Self::Queued,
            State::Leased => Self::Leased,
            State::Rejected => Self::Rejected,
            State::Dead => Self::Dead,
        }
    }
}

fn digits(text: &str) -> Result<String, String> {
    let is_id = (LEAST_DIGITS..=MOST_DIGITS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let fail = || format!("write the id's hex digits, {LEAST_DIGITS} of them at least");
    is_id.then(|| text.to_ascii_lowercase()).ok_or_else(fail)
}

pub(super) async fn outbox(config: Config, arguments: Arguments, clock: Arc<dyn Clock>) -> Result<End, Failure> {
    match arguments {
        Arguments::List(ListArguments { states, channel, recipient, limit, format }) => {
            let states = states.into_iter().map(OutboxState::from).collect();
            list::list(&config, &Filter { states, channel, recipient, limit }, format).await
        }
        Arguments::Show { id, format } => show::show(&config, &id, format).await,
        Arguments::Retry(RetryArguments { ids, all: _, channel, format }) => {
            let states = vec![OutboxState::Rejected, OutboxState::Dead];
            let all = Filter { states, channel, ..Filter::default() };
            change::change(&config, change::Change::Retry, change::Which { ids, all }, clock.now(), format).await
        }
        Arguments::Drop(DropArguments { ids, all: _, states, channel, format }) => {
            let states = states.into_iter().map(OutboxState::from).collect();
            let all = Filter { states, channel, ..Filter::default() };
            change::change(&config, change::Change::Drop, change::Which { ids, all }, clock.now(), format).await
        }
    }
}

/// The notification whose id begins with these digits, or why there is no such one.
async fn find(store: Option<&SqlStore>, digits: &str) -> Result<Result<NotificationId, String>, Failure> {
    let found = match store {
        Some(store) => store.ids_beginning_with(digits, EXAMPLES).await?,
        None => Vec::new(),
    };
    Ok(match found.as_slice() {
        [] => Err(format!("{digits}: there is no such notification")),
        [id] => Ok(id.clone()),
        several => {
            let examples: Vec<_> = several.iter().map(NotificationId::as_str).collect();
            Err(format!("{digits} could be any of {}: write more digits", examples.join(", ")))
        }
    })
}

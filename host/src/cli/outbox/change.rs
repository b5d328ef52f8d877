//! `nudged outbox retry` and `nudged outbox drop`.

use std::collections::HashSet;

use serde_json::json;

use super::find;
use crate::{
    cli::{
        End, Failure, Format,
        output::{line, remark, rfc3339},
    },
    config::Config,
    model::{Instant, NotificationId},
    store::{Custody, Filter, Kept, OutboxState, SqlStore},
};

/// What is done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// Queued again.
    Retry,
    /// Taken out.
    Drop,
}

impl Change {
    fn done(self) -> &'static str {
        match self {
            Self::Retry => "queued",
            Self::Drop => "dropped",
        }
    }
}

/// Those with ids that begin so or, without any, all that fit.
pub(super) struct Which {
    pub(super) ids: Vec<String>,
    pub(super) all: Filter,
}

/// Says a line for each; `No` if one was named to which it could not be done.
pub(super) async fn change(
    config: &Config,
    change: Change,
    which: Which,
    now: Instant,
    format: Format,
) -> Result<End, Failure> {
    let (chosen, mut refused) = choose(config, which).await?;
    if !chosen.is_empty() {
        let store = SqlStore::connect(&config.store).await?;
        let ids: Vec<_> = chosen.iter().map(|kept| kept.id.clone()).collect();
        let done: HashSet<_> = match change {
            Change::Retry => store.retry(&ids, now).await?,
            Change::Drop => store.discard(&ids, now).await?,
        }
        .into_iter()
        .collect();
        for kept in &chosen {
            if done.contains(&kept.id) {
                say(change, kept, format);
            } else {
                refused.push(why_not(&store, change, &kept.id).await?);
            }
        }
    } else if refused.is_empty() && format == Format::Text {
        line("there is none");
    }
    refused.iter().for_each(|why| remark(&format!("nudged: {why}")));
    Ok(if refused.is_empty() { End::Well } else { End::No })
}

/// Those in the outbox that are meant, each once, and why others are not. The store is only looked at: where there is none
/// yet, none is made.
async fn choose(config: &Config, which: Which) -> Result<(Vec<Kept>, Vec<String>), Failure> {
    let store = SqlStore::existing(&config.store).await?;
    if which.ids.is_empty() {
        let all = match &store {
            Some(store) => store.list(&which.all).await?,
            None => Vec::new(),
        };
        return Ok((all, Vec::new()));
    }
    let (mut chosen, mut refused) = (Vec::<Kept>::new(), Vec::new());
    for digits in &which.ids {
        let kept = match find(store.as_ref(), digits).await? {
            Ok(id) => kept(store.as_ref(), &id).await?,
            Err(why) => Err(why),
        };
        match kept {
            Ok(kept) if chosen.iter().any(|one| one.id == kept.id) => {}
            Ok(kept) => chosen.push(kept),
            Err(why) => refused.push(why),
        }
    }
    Ok((chosen, refused))
}

async fn kept(store: Option<&SqlStore>, id: &NotificationId) -> Result<Result<Kept, String>, Failure> {
    let dossier = match store {
        Some(store) => store.show(id).await?,
        None => None,
    };
    let gone = || format!("{id} is not in the outbox any more: it was delivered, cancelled or dropped");
    Ok(dossier.and_then(|dossier| dossier.kept).map(|(kept, _)| kept).ok_or_else(gone))
}

async fn why_not(store: &SqlStore, change: Change, id: &NotificationId) -> Result<String, Failure> {
    let kept = match kept(Some(store), id).await? {
        Ok(kept) => kept,
        Err(why) => return Ok(why),
    };
    Ok(match kept.state {
        OutboxState::Leased => format!("{id} is being sent: try again in a moment"),
        OutboxState::Queued if change == Change::Retry => {
            let due = kept.due.map(|due| format!(", at {}", rfc3339(due))).unwrap_or_default();
            format!("{id} waits to be sent already{due}")
        }
        _ => format!("{id} has changed in this moment: try again"),
    })
}

fn say(change: Change, Kept { id, channel, recipient, subject, .. }: &Kept, format: Format) {
    let done = change.done();
    line(&match format {
        Format::Json => {
            json!({ "notification": id.as_str(), "channel": channel, "recipient": recipient, "done": done }).to_string()
        }
        Format::Text => format!("{done} {id} to {recipient} by {channel}: {subject}"),
    });
}

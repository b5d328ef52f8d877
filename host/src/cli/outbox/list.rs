//! `nudged outbox list`.

use serde_json::{Value, json};

use crate::{
    cli::{
        End, Failure, Format,
        output::{line, rfc3339},
    },
    config::Config,
    store::{Custody, Filter, Kept, SqlStore},
};

/// The store is only looked at: where there is none yet, nothing waits.
pub(super) async fn list(config: &Config, filter: &Filter, format: Format) -> Result<End, Failure> {
    let all = match SqlStore::existing(&config.store).await? {
        Some(store) => store.list(filter).await?,
        None => Vec::new(),
    };
    match format {
        Format::Json => all.iter().for_each(|kept| line(&object(kept).to_string())),
        Format::Text if all.is_empty() => line("nothing waits"),
        Format::Text => table(&all),
    }
    Ok(End::Well)
}

/// What is known of one in the outbox.
pub(super) fn object(kept: &Kept) -> Value {
    json!({
        "notification": kept.id.as_str(),
        "state": kept.state.as_str(),
        "channel": kept.channel,
        "recipient": kept.recipient,
        "subject": kept.subject,
        "attempts": kept.attempts,
        "created": rfc3339(kept.created),
        "due": kept.due.map(rfc3339),
        "detail": kept.detail,
    })
}

fn table(all: &[Kept]) {
    let width = |title: &str, column: fn(&Kept) -> &str| {
        all.iter().map(|kept| column(kept).chars().count()).chain([title.len()]).max().unwrap_or_default()
    };
    let channel = width("channel", |kept| &kept.channel);
    let recipient = width("recipient", |kept| &kept.recipient);
    let row = |cells: [&str; 7]| {
        let [state, created, attempts, to_channel, to, id, subject] = cells;
        let text = format!(
            "{state:<8}  {created:<20}  {attempts:>8}  {to_channel:<channel$}  {to:<recipient$}  {id:<32}  {subject}"
        );
        line(text.trim_end());
    };
    row(["state", "created", "attempts", "channel", "recipient", "id", "subject"]);
    for kept in all {
        let (created, attempts) = (rfc3339(kept.created), kept.attempts.to_string());
        let (state, id) = (kept.state.as_str(), kept.id.as_str());
        row([state, &created, &attempts, &kept.channel, &kept.recipient, id, &kept.subject]);
        kept.detail.iter().for_each(|detail| line(&format!("          {detail}")));
    }
}

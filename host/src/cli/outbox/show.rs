//! `nudged outbox show`.

use serde_json::{Value, json};

use super::{find, list};
use crate::{
    cli::{
        End, Failure, Format,
        output::{line, remark, rfc3339},
    },
    config::Config,
    model::NotificationId,
    store::{Attempt, Custody, Dossier, SqlStore, Told},
};

/// The store is only looked at.
pub(super) async fn show(config: &Config, digits: &str, format: Format) -> Result<End, Failure> {
    let store = SqlStore::existing(&config.store).await?;
    let id = match find(store.as_ref(), digits).await? {
        Ok(id) => id,
        Err(why) => {
            remark(&format!("nudged: {why}"));
            return Ok(End::No);
        }
    };
    let dossier = match store {
        Some(store) => store.show(&id).await?,
        None => None,
    };
    let Some(dossier) = dossier else {
        remark(&format!("nudged: {id}: there is no such notification"));
        return Ok(End::No);
    };
    match format {
        Format::Json => line(&object(&id, &dossier).to_string()),
        Format::Text => text(&id, &dossier),
    }
    Ok(End::Well)
}

/// Where it is or, once it has left the outbox, how it ended.
fn state(dossier: &Dossier) -> &str {
    let kept = dossier.kept.iter().map(|(kept, _)| kept.state.as_str());
    let ended = dossier.attempts.last().map(|(outcome, _)| outcome.as_str());
    let told = dossier.told.iter().map(|told| told.fate.as_str());
    kept.chain(ended).chain(told).next().unwrap_or_default()
}

fn object(id: &NotificationId, dossier: &Dossier) -> Value {
    let mut object = match (&dossier.kept, dossier.told.first()) {
        (Some((kept, _)), _) => list::object(kept),
        (None, Some(told)) => json!({ "channel": told.channel, "recipient": told.recipient }),
        (None, None) => json!({}),
    };
    let body = dossier.kept.iter().find_map(|(_, body)| body.as_ref());
    object["notification"] = json!(id.as_str());
    object["state"] = json!(state(dossier));
    object["text"] = json!(body.map(|body| &body.text));
    object["items"] = dossier.told.iter().map(item).collect();
    object["attempts"] = dossier.attempts.iter().map(attempt).collect();
    object
}

fn item(told: &Told) -> Value {
    json!({
        "item": told.occurrence.item.as_str(),
        "reminder": told.occurrence.reminder,
        "reason": told.occurrence.reason,
        "episode": rfc3339(told.occurrence.episode),
        "notice": told.notice.as_str(),
        "sequence": told.sequence,
        "decided": rfc3339(told.decided),
        "state": told.fate.as_str(),
    })
}

fn attempt((outcome, attempt): &(String, Attempt)) -> Value {
    json!({
        "started": rfc3339(attempt.started),
        "millis": u64::try_from(attempt.took.as_millis()).unwrap_or(u64::MAX),
        "outcome": outcome,
        "plugin": attempt.plugin,
        "detail": attempt.detail,
        "receipt": attempt.receipt,
    })
}

fn text(id: &NotificationId, dossier: &Dossier) {
    line(&format!("notification {id}: {}", state(dossier)));
    match (&dossier.kept, dossier.told.first()) {
        (Some((kept, body)), _) => {
            line(&format!("  to {} by {}", kept.recipient, kept.channel));
            line(&format!("  enqueued {}, attempts: {}", rfc3339(kept.created), kept.attempts));
            kept.due.iter().for_each(|due| line(&format!("  due {}", rfc3339(*due))));
            match body {
                Some(body) => {
                    line(&format!("  subject: {}", body.subject));
                    body.text.lines().for_each(|text| line(&format!("    {text}")));
                }
                None => line("  its text cannot be read"),
            }
        }
        (None, Some(told)) => {
            line(&format!("  to {} by {}", told.recipient, told.channel));
            line("  not in the outbox any more: its text is not kept");
        }
        (None, None) => line("  not in the outbox any more: its text is not kept"),
    }
    section("items", &dossier.told, |Told { occurrence, notice, sequence, decided, fate, .. }| {
        let (notice, fate, decided) = (notice.as_str(), fate.as_str(), rfc3339(*decided));
        format!(
            "{} {} ({}): {notice} no. {sequence} of {decided}, {fate}",
            occurrence.reminder, occurrence.item, occurrence.reason
        )
    });
    section("attempts", &dossier.attempts, |(outcome, attempt)| {
        let (started, millis) = (rfc3339(attempt.started), attempt.took.as_millis());
        let plugin = attempt.plugin.as_ref().map(|plugin| format!(" by {plugin}")).unwrap_or_default();
        let receipt = attempt.receipt.as_ref().map(|receipt| format!(" (receipt {receipt})")).unwrap_or_default();
        format!("{started} {outcome}{plugin} in {millis} ms: {}{receipt}", attempt.detail)
    });
}

fn section<T>(title: &str, rows: &[T], show: impl Fn(&T) -> String) {
    line(&format!("  {title}:{}", if rows.is_empty() { " none" } else { "" }));
    rows.iter().for_each(|row| line(&format!("    {}", show(row))));
}

//! Since when a share waits for a decision, from the notices that data.all wrote about it.

use super::{Dialect, NOTHING, Want, wanted::or};
use crate::model::Reads;

/// A status in which a share waits, with the types of notices that tell since when.
struct Waiting {
    status: &'static str,
    /// What was written when the decision was asked for, and at each of data.all's own reminders.
    asked: &'static str,
    /// What was written at each decision.
    decided: [&'static str; 2],
}

/// data.all writes `SHARE_OBJECT_EXTENDED` for its reminders of an expiry too; they end when an extension is asked
/// for, so that they are never younger than the request.
const WAITING: [Waiting; 2] = [
    Waiting {
        status: "Submitted",
        asked: "SHARE_OBJECT_SUBMITTED",
        decided: ["SHARE_OBJECT_APPROVED", "SHARE_OBJECT_REJECTED"],
    },
    Waiting {
        status: "Submitted_For_Extension",
        asked: "SHARE_OBJECT_EXTENSION_SUBMITTED",
        decided: ["SHARE_OBJECT_EXTENDED", "SHARE_OBJECT_EXTENSION_REJECTED"],
    },
];

impl Waiting {
    fn is_wanted(&self, reads: &Reads) -> bool {
        match reads.extension_asked {
            true => self.status == "Submitted_For_Extension",
            false => reads.statuses.is_empty() || reads.statuses.iter().any(|status| status == self.status),
        }
    }

    /// That a notice `n` tells something about a share `s`.
    fn told(&self) -> String {
        let Self { status, asked, decided: [one, other] } = self;
        format!("(s.status = '{status}' AND n.type IN ('{asked}', '{one}', '{other}'))")
    }
}

/// The statuses in which the shares that a strategy reads wait.
pub(super) fn waiting(reads: &Reads) -> impl Iterator<Item = &'static str> {
    WAITING.iter().filter(|waiting| waiting.is_wanted(reads)).map(|waiting| waiting.status)
}

/// When each waiting share was submitted: the oldest notice of it since the last decision about it, so that a share
/// that was rejected (or approved and widened) and submitted again is a new episode. data.all's own reminders are
/// notices of the same type; the oldest is the submission.
///
/// The target's two halves are compared apart: one joins, the other makes `asked`. As one condition they would
/// mislead PostgreSQL's planner into expecting a single row.
pub(super) fn submitted(dialect: &Dialect, want: &Want) -> String {
    let waiting: Vec<_> =
        WAITING.iter().filter(|waiting| want.shares.iter().any(|reads| waiting.is_wanted(reads))).collect();
    if waiting.is_empty() {
        return NOTHING.to_owned();
    }
    let asked: Vec<_> = waiting.iter().map(|waiting| format!("'{}'", waiting.asked)).collect();
    let told: Vec<_> = waiting.iter().map(|waiting| waiting.told()).collect();
    format!(
        r#"SELECT "shareUri", MIN(created) FILTER (WHERE asked AND (decided IS NULL OR created > decided)) AS at
        FROM (SELECT "shareUri", asked, created,
                MAX(created) FILTER (WHERE NOT asked) OVER (PARTITION BY "shareUri") AS decided
              FROM (SELECT s."shareUri", {created} AS created,
                      CASE WHEN n.target_uri = s."shareUri" || '|' || s."datasetUri" THEN n.type IN ({asked}) END AS asked
                    FROM {notification} n
                    JOIN {share_object} s ON s."shareUri" = {share_of_target}
                    WHERE s.deleted IS NULL AND ({told})) AS notice) AS judged
        GROUP BY "shareUri""#,
        asked = asked.join(", "),
        created = dialect.sortable("n.created"),
        notification = dialect.table("notification"),
        share_object = dialect.table("share_object"),
        share_of_target = dialect.before_bar("n.target_uri"),
        told = or(&told),
    )
}

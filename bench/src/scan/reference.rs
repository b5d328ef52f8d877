//! What `psql` reads, to hold nudged against: the columns that nudged reads of shares, with their items and since when
//! they wait, in the same order.

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use nudged::source::{DataallSource, Want};

use crate::{
    bench::Bench,
    data::{NOW, SCHEMA},
    home::{CADENCES, OF_SHARES},
    plugins::Component,
};

/// Which shares are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rows {
    /// All.
    All,
    /// Those that a shipped strategy finds something to say about.
    Telling,
    /// Those that wait for a decision.
    Pending,
}

/// The statement by which nudged itself reads shares for all shipped strategies.
pub(super) async fn own(bench: &Bench) -> Result<String> {
    let mut manifests = Vec::new();
    for (name, _) in &CADENCES[..OF_SHARES] {
        manifests.push(Component::new(bench, name)?.load().await?.manifest);
    }
    let now: DateTime<Utc> = NOW.parse().context("the instant of the made-up shares")?;
    Ok(DataallSource::shares_statement(SCHEMA, &Want::of(&manifests, now.date_naive())))
}

/// The command by which `psql` reads what a statement selects to nowhere, in one line as it must be.
pub(super) fn copy(sql: &str) -> String {
    format!("\\copy ({}) TO '/dev/null'", sql.split_whitespace().collect::<Vec<_>>().join(" "))
}

impl Rows {
    /// The condition for a share `s`. The day is a month after that of the scan.
    fn condition(self) -> String {
        match self {
            Self::All => "TRUE".to_owned(),
            Self::Telling => format!(
                "s.status IN ('Submitted', 'Submitted_For_Extension') OR s.\"expiryDate\" < '2026-07-03'
                 OR s.\"shareUri\" IN (SELECT \"shareUri\" FROM {SCHEMA}.share_object_item
                     WHERE status IN ('Share_Failed', 'Revoke_Failed') OR \"healthStatus\" = 'Unhealthy')"
            ),
            Self::Pending => "s.status = 'Submitted'".to_owned(),
        }
    }

    pub(crate) fn sql(self) -> String {
        let condition = self.condition();
        format!(
            r#"WITH submitted AS (
                SELECT s."shareUri", MIN(n.created) AS at
                FROM {SCHEMA}.notification n
                JOIN {SCHEMA}.share_object s ON s."shareUri" = split_part(n.target_uri, '|', 1)
                WHERE s.status = 'Submitted' AND n.type = 'SHARE_OBJECT_SUBMITTED'
                   OR s.status = 'Submitted_For_Extension' AND n.type = 'SHARE_OBJECT_EXTENSION_SUBMITTED'
                GROUP BY s."shareUri"
            ), items AS (
                SELECT i."shareUri", json_agg(json_build_array(i."itemName", i."itemType", i.status, i."healthStatus",
                    i."healthMessage", i."shareItemUri", i.created, i.updated, i."lastVerificationTime")) AS list
                FROM {SCHEMA}.share_object_item i
                WHERE i.deleted IS NULL
                  AND i."shareUri" IN (SELECT s."shareUri" FROM {SCHEMA}.share_object s WHERE {condition})
                GROUP BY i."shareUri"
            )
            SELECT s."shareUri", s.status, s.owner, s."groupUri", s."principalName", s."principalId", s."principalType",
                s."requestPurpose", s.created, s.updated, s."expiryDate", s."submittedForExtension", s."extensionReason",
                s."requestedExpiryDate", s."rejectPurpose", s."nonExpirable", s."datasetUri", d.label, d.confidentiality,
                d."expirySetting", d."expiryMinDuration", d."expiryMaxDuration", d."SamlAdminGroupName", d.stewards,
                s."environmentUri", e.label, e."SamlGroupName", submitted.at, items.list
            FROM {SCHEMA}.share_object s
            LEFT JOIN {SCHEMA}.dataset d ON d."datasetUri" = s."datasetUri"
            LEFT JOIN {SCHEMA}.environment e ON e."environmentUri" = s."environmentUri"
            LEFT JOIN submitted ON submitted."shareUri" = s."shareUri"
            LEFT JOIN items ON items."shareUri" = s."shareUri"
            WHERE s.deleted IS NULL AND d.deleted IS NULL AND ({condition})
            ORDER BY s."shareUri" COLLATE "C""#
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_is_one_line() {
        for rows in [Rows::All, Rows::Telling, Rows::Pending] {
            assert!(!copy(&rows.sql()).contains('\n') && copy(&rows.sql()).ends_with("TO '/dev/null'"));
        }
    }
}

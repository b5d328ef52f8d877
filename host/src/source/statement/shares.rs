//! The statement that reads shares.

use super::{
    Dialect, NOTHING, Statement, Want, as_texts,
    episode::submitted,
    wanted::{Wanted, or},
};

/// What is read of each share.
const COLUMNS: [(&str, &str); 30] = [
    ("uri", r#"s."shareUri""#),
    ("status", "s.status"),
    ("owner", "s.owner"),
    ("group", r#"s."groupUri""#),
    ("principal", r#"COALESCE(NULLIF(s."principalName", ''), s."principalId")"#),
    ("principalType", r#"s."principalType""#),
    ("purpose", r#"s."requestPurpose""#),
    ("created", "s.created"),
    ("updated", "s.updated"),
    ("expiryDate", r#"s."expiryDate""#),
    ("submittedForExtension", r#"s."submittedForExtension""#),
    ("extensionReason", r#"s."extensionReason""#),
    ("requestedExpiryDate", r#"s."requestedExpiryDate""#),
    ("rejectPurpose", r#"s."rejectPurpose""#),
    ("nonExpirable", r#"s."nonExpirable""#),
    ("datasetUri", r#"s."datasetUri""#),
    ("dataset", r#"d."datasetUri""#),
    ("datasetLabel", "d.label"),
    ("confidentiality", "d.confidentiality"),
    ("expirySetting", r#"d."expirySetting""#),
    ("expiryMinDuration", r#"d."expiryMinDuration""#),
    ("expiryMaxDuration", r#"d."expiryMaxDuration""#),
    ("producers", r#"d."SamlAdminGroupName""#),
    ("stewards", "d.stewards"),
    ("environmentUri", r#"s."environmentUri""#),
    ("environment", r#"e."environmentUri""#),
    ("environmentLabel", "e.label"),
    ("environmentAdmins", r#"e."SamlGroupName""#),
    ("submitted", "submitted.at"),
    ("items", "items.list"),
];

/// What is read of each item of a share, in the order in which the row's reader takes it.
const ITEM: [&str; 9] = [
    r#"i."itemName""#,
    r#"i."itemType""#,
    "i.status",
    r#"i."healthStatus""#,
    r#"i."healthMessage""#,
    r#"i."shareItemUri""#,
    "i.created",
    "i.updated",
    r#"i."lastVerificationTime""#,
];

impl Dialect {
    /// The statement for the shares that are wanted.
    pub(in crate::source) fn shares(&self, want: &Want) -> Statement {
        let mut wanted = Wanted::new(self);
        let conditions: Vec<_> = want.shares.iter().map(|reads| wanted.share(reads, want)).collect();
        let with_items: Vec<_> =
            want.shares.iter().zip(&conditions).filter(|(reads, _)| reads.items()).map(|(_, one)| one).collect();
        let sql = format!(
            r#"WITH submitted AS ({submitted}), held AS ({held}), items AS ({items})
            SELECT {columns}
            FROM {share_object} s
            LEFT JOIN {dataset} d ON d."datasetUri" = s."datasetUri"
            LEFT JOIN {environment} e ON e."environmentUri" = s."environmentUri"
            LEFT JOIN submitted ON submitted."shareUri" = s."shareUri"
            LEFT JOIN held ON held."shareUri" = s."shareUri"
            LEFT JOIN items ON items."shareUri" = s."shareUri"
            WHERE s.deleted IS NULL AND ({any}) AND d.deleted IS NULL
            ORDER BY s."shareUri"{bytewise}"#,
            submitted = submitted(self, want),
            held = wanted.held(),
            items = self.items(&with_items),
            columns = as_texts(&COLUMNS),
            share_object = self.table("share_object"),
            dataset = self.table("dataset"),
            environment = self.table("environment"),
            any = or(&conditions),
            bytewise = self.bytewise(),
        );
        wanted.statement(sql)
    }

    /// The items of each share for which a condition holds, as a JSON array of arrays of texts.
    fn items(&self, conditions: &[&String]) -> String {
        if conditions.is_empty() {
            return NOTHING.to_owned();
        }
        let (list, item) = match self {
            Self::Postgres(_) => ("json_agg", "json_build_array"),
            Self::Sqlite => ("json_group_array", "json_array"),
        };
        format!(
            r#"SELECT i."shareUri", {list}({item}({fields})) AS list
            FROM {share_object_item} i
            WHERE i.deleted IS NULL AND i."shareUri" IN
                (SELECT s."shareUri" FROM {share_object} s LEFT JOIN held ON held."shareUri" = s."shareUri"
                 WHERE s.deleted IS NULL AND ({any}))
            GROUP BY i."shareUri""#,
            fields = ITEM.map(|field| format!("CAST({field} AS TEXT)")).join(", "),
            share_object_item = self.table("share_object_item"),
            share_object = self.table("share_object"),
            any = or(conditions),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Reads;

    fn sql(reads: Reads) -> String {
        Dialect::Sqlite.shares(&Want { shares: vec![reads], ..Want::default() }).sql
    }

    #[test]
    fn leaves_out_what_nobody_asked_for() {
        let processed = sql(Reads { statuses: vec!["Processed".to_owned()], ..Reads::default() });
        assert!(!processed.contains("notification") && !processed.contains("share_object_item"), "{processed}");
        let everything = Dialect::Sqlite.shares(&Want::everything(Default::default(), true)).sql;
        assert!(everything.contains("notification") && everything.contains("share_object_item"), "{everything}");
        assert!(!everything.contains("$1"), "{everything}");
    }

    #[test]
    fn passes_over_the_items_once_for_all_conditions_and_once_for_the_lists() {
        let failed = Reads {
            item_statuses: vec!["Share_Failed".to_owned()],
            item_health: vec!["Unhealthy".to_owned()],
            ..Reads::default()
        };
        assert_eq!(sql(failed).matches("share_object_item").count(), 2);
    }
}

//! The statement that reads shares.

use super::{Dialect, NOTHING, Statement, Want, as_texts, episode::submitted, wanted::Wanted};

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
    ///
    /// Which shares these are is found first, in arms of a union: each is about as few columns as can be, so that the planner
    /// knows from its statistics how many there will be, and can use an index where there is one.
    pub(in crate::source) fn shares(&self, want: &Want) -> Statement {
        let mut wanted = Wanted::new(self);
        let with_items = want.shares.iter().filter(|reads| reads.items()).collect();
        let itemed = wanted.shares(with_items, want);
        let others = wanted.shares(want.shares.iter().filter(|reads| !reads.items()).collect(), want);
        let all: Vec<_> = (!itemed.is_empty())
            .then(|| r#"SELECT "shareUri" FROM itemed"#.to_owned())
            .into_iter()
            .chain(others)
            .collect();
        let sql = format!(
            r#"WITH itemed AS ({itemed}), wanted AS ({all}),
              submitted AS ({submitted}), items AS ({items})
            SELECT {columns}
            FROM wanted
            JOIN {share_object} s ON s."shareUri" = wanted."shareUri"
            LEFT JOIN {dataset} d ON d."datasetUri" = s."datasetUri"
            LEFT JOIN {environment} e ON e."environmentUri" = s."environmentUri"
            LEFT JOIN submitted ON submitted."shareUri" = s."shareUri"
            LEFT JOIN items ON items."shareUri" = s."shareUri"
            WHERE s.deleted IS NULL AND d.deleted IS NULL
            ORDER BY s."shareUri"{bytewise}"#,
            items = if itemed.is_empty() { NOTHING.to_owned() } else { self.items() },
            itemed = union(&itemed),
            all = union(&all),
            submitted = submitted(self, want),
            columns = as_texts(&COLUMNS),
            share_object = self.table("share_object"),
            dataset = self.table("dataset"),
            environment = self.table("environment"),
            bytewise = self.bytewise(),
        );
        wanted.statement(sql)
    }

    /// The items of each share that comes with them, as a JSON array of arrays of texts.
    fn items(&self) -> String {
        let (list, item) = match self {
            Self::Postgres(_) => ("json_agg", "json_build_array"),
            Self::Sqlite => ("json_group_array", "json_array"),
        };
        format!(
            r#"SELECT i."shareUri", {list}({item}({fields})) AS list
            FROM {share_object_item} i
            WHERE i.deleted IS NULL AND i."shareUri" IN (SELECT "shareUri" FROM itemed)
            GROUP BY i."shareUri""#,
            fields = ITEM.map(|field| format!("CAST({field} AS TEXT)")).join(", "),
            share_object_item = self.table("share_object_item"),
        )
    }
}

/// All that the arms select, once; of no arms nothing. That they are distinct is said on the outside: there PostgreSQL's planner
/// sees it, and makes a hash table of the few shares that are wanted instead of one of all.
fn union(arms: &[String]) -> String {
    if arms.is_empty() {
        return NOTHING.to_owned();
    }
    format!(r#"SELECT DISTINCT "shareUri" FROM ({}) AS arms"#, arms.join(" UNION ALL "))
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
    fn passes_over_a_table_once_for_all_conditions_of_a_kind_and_once_for_the_lists() {
        let of = |item_statuses: &[&str], item_health: &[&str], statuses: &[&str]| {
            let texts = |list: &[&str]| list.iter().map(|&one| one.to_owned()).collect();
            Reads {
                item_statuses: texts(item_statuses),
                item_health: texts(item_health),
                statuses: texts(statuses),
                ..Reads::default()
            }
        };
        let (failed, ill) = (of(&["Share_Failed"], &[], &[]), of(&[], &["Unhealthy"], &[]));
        let items = Want { shares: vec![failed, ill], ..Want::default() };
        assert_eq!(Dialect::Sqlite.shares(&items).sql.matches("share_object_item").count(), 2);
        let (one, other) = (of(&[], &[], &["Draft"]), of(&[], &[], &["Processed"]));
        let shares = Want { shares: vec![one, other], ..Want::default() };
        assert_eq!(Dialect::Sqlite.shares(&shares).sql.matches(r#""share_object""#).count(), 2);
    }
}

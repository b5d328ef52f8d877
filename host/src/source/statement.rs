//! The one statement that reads shares, for both databases.
//!
//! There are no indexes to lean on but primary keys, so that everything is one pass over each table and hash
//! joins: the submission notices of the pending shares are summed up first, and so are the items.

use super::Want;

/// Which database, and where the tables are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Dialect {
    /// PostgreSQL with the name of the schema.
    Postgres(String),
    /// SQLite.
    Sqlite,
}

/// The tables that are read.
pub(super) const TABLES: [&str; 5] = ["share_object", "share_object_item", "dataset", "environment", "notification"];

/// What is read of each share, all of it as text: both databases write the same, and a value of an odd type
/// (SQLite takes any) or out of range is then one row's trouble.
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

impl Dialect {
    /// The statement for what is wanted. Its one parameter, if any status is named, is the list of statuses: an
    /// array for PostgreSQL, a JSON text for SQLite.
    pub(super) fn shares(&self, want: &Want) -> String {
        let columns: Vec<_> =
            COLUMNS.iter().map(|(name, from)| format!(r#"CAST({from} AS TEXT) AS "{name}""#)).collect();
        format!(
            r#"WITH submitted AS ({submitted}), items AS ({items})
            SELECT {columns}
            FROM {share_object} s
            LEFT JOIN {dataset} d ON d."datasetUri" = s."datasetUri"
            LEFT JOIN {environment} e ON e."environmentUri" = s."environmentUri"
            LEFT JOIN submitted ON submitted."shareUri" = s."shareUri"
            LEFT JOIN items ON items."shareUri" = s."shareUri"
            WHERE {wanted} AND d.deleted IS NULL
            ORDER BY s."shareUri"{bytewise}"#,
            bytewise = self.bytewise(),
            submitted = self.submitted(want),
            items = self.items(want),
            columns = columns.join(", "),
            share_object = self.table("share_object"),
            dataset = self.table("dataset"),
            environment = self.table("environment"),
            wanted = self.wanted(want),
        )
    }

    /// Orders texts by their bytes, whatever the database's language.
    fn bytewise(&self) -> &'static str {
        match self {
            Self::Postgres(_) => r#" COLLATE "C""#,
            Self::Sqlite => "",
        }
    }

    /// The table's name, qualified and quoted.
    pub(super) fn table(&self, name: &str) -> String {
        match self {
            Self::Postgres(schema) => format!(r#""{}"."{name}""#, schema.replace('"', r#""""#)),
            Self::Sqlite => format!(r#""{name}""#),
        }
    }

    /// The condition for a share `s`.
    fn wanted(&self, want: &Want) -> &'static str {
        match self {
            _ if want.statuses.is_empty() => "s.deleted IS NULL",
            Self::Postgres(_) => "s.deleted IS NULL AND s.status = ANY($1)",
            Self::Sqlite => "s.deleted IS NULL AND s.status IN (SELECT value FROM json_each($1))",
        }
    }

    /// When each pending share was submitted: the oldest notice of it since the last decision about it, so that
    /// a share that was rejected (or approved and widened) and submitted again is a new episode. data.all's own
    /// reminders are notices of the same type; the oldest is the submission.
    ///
    /// The target's two halves are compared apart: one joins, the other makes the `kind`. As one condition they
    /// would mislead PostgreSQL's planner into expecting a single row.
    fn submitted(&self, want: &Want) -> String {
        if !want.statuses.is_empty() && !want.statuses.contains("Submitted") {
            return r#"SELECT NULL AS "shareUri", NULL AS at WHERE 1 = 0"#.to_owned();
        }
        format!(
            r#"SELECT "shareUri",
              MIN(created) FILTER (WHERE kind = 'SHARE_OBJECT_SUBMITTED' AND (decided IS NULL OR created > decided)) AS at
            FROM (SELECT "shareUri", kind, created,
                    MAX(created) FILTER (WHERE kind <> 'SHARE_OBJECT_SUBMITTED') OVER (PARTITION BY "shareUri") AS decided
                  FROM (SELECT s."shareUri", {created} AS created,
                          CASE WHEN n.target_uri = s."shareUri" || '|' || s."datasetUri" THEN n.type END AS kind
                        FROM {notification} n
                        JOIN {share_object} s ON s."shareUri" = {share_of_target}
                        WHERE n.type IN ('SHARE_OBJECT_SUBMITTED', 'SHARE_OBJECT_APPROVED', 'SHARE_OBJECT_REJECTED')
                          AND s.status = 'Submitted' AND s.deleted IS NULL) AS notice) AS judged
            GROUP BY "shareUri""#,
            created = self.sortable("n.created"),
            notification = self.table("notification"),
            share_object = self.table("share_object"),
            share_of_target = self.before_bar("n.target_uri"),
        )
    }

    /// Each wanted share's items as a JSON array of arrays of texts.
    fn items(&self, want: &Want) -> String {
        if !want.items {
            return r#"SELECT NULL AS "shareUri", NULL AS list WHERE 1 = 0"#.to_owned();
        }
        let (list, item) = match self {
            Self::Postgres(_) => ("json_agg", "json_build_array"),
            Self::Sqlite => ("json_group_array", "json_array"),
        };
        let fields = [
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
        format!(
            r#"SELECT i."shareUri", {list}({item}({fields})) AS list
            FROM {share_object_item} i
            WHERE i.deleted IS NULL AND i."shareUri" IN (SELECT s."shareUri" FROM {share_object} s WHERE {wanted})
            GROUP BY i."shareUri""#,
            fields = fields.map(|field| format!("CAST({field} AS TEXT)")).join(", "),
            share_object_item = self.table("share_object_item"),
            share_object = self.table("share_object"),
            wanted = self.wanted(want),
        )
    }

    /// The text before the first `|`.
    fn before_bar(&self, column: &str) -> String {
        match self {
            Self::Postgres(_) => format!("split_part({column}, '|', 1)"),
            Self::Sqlite => format!("substr({column}, 1, instr({column}, '|') - 1)"),
        }
    }

    /// A timestamp that can be compared: SQLite compares the texts, in which the separator may differ.
    fn sortable(&self, column: &str) -> String {
        match self {
            Self::Postgres(_) => column.to_owned(),
            Self::Sqlite => format!("replace({column}, 'T', ' ')"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_the_schema() {
        let dialect = Dialect::Postgres(r#"odd "name; --"#.into());
        assert_eq!(dialect.table("dataset"), r#""odd ""name; --"."dataset""#);
    }

    #[test]
    fn leaves_out_what_nobody_asked_for() {
        let want = Want { statuses: ["Processed".to_owned()].into(), items: false };
        let sql = Dialect::Sqlite.shares(&want);
        assert!(!sql.contains("notification") && !sql.contains("share_object_item"), "{sql}");
        let everything = Dialect::Sqlite.shares(&Want { items: true, ..Want::default() });
        assert!(everything.contains("notification") && everything.contains("share_object_item"));
        assert!(!everything.contains("$1"));
    }
}

//! The statement that reads stacks.

use super::{
    Dialect, Statement, Want, as_texts,
    wanted::{Wanted, or},
};

/// What is read of each stack.
const COLUMNS: [(&str, &str); 14] = [
    ("uri", r#"k."stackUri""#),
    ("kind", "k.stack"),
    ("status", "k.status"),
    ("targetUri", r#"k."targetUri""#),
    ("account", "k.accountid"),
    ("region", "k.region"),
    ("error", "k.error"),
    ("dataset", r#"d."datasetUri""#),
    ("targetLabel", "CASE k.stack WHEN 'dataset' THEN d.label WHEN 'environment' THEN e.label END"),
    ("producers", r#"d."SamlAdminGroupName""#),
    ("stewards", "d.stewards"),
    ("environment", r#"e."environmentUri""#),
    ("environmentLabel", "e.label"),
    ("environmentAdmins", r#"e."SamlGroupName""#),
];

impl Dialect {
    /// The statement for the stacks that are wanted.
    pub(in crate::source) fn stacks(&self, want: &Want) -> Statement {
        let mut wanted = Wanted::new(self);
        let conditions: Vec<_> = want.stacks.iter().map(|reads| wanted.stack(reads)).collect();
        let sql = format!(
            r#"SELECT {columns}
            FROM {stack} k
            LEFT JOIN {dataset} d ON k.stack = 'dataset' AND d."datasetUri" = k."targetUri"
            LEFT JOIN {environment} e
              ON e."environmentUri" = CASE k.stack WHEN 'dataset' THEN d."environmentUri" WHEN 'environment' THEN k."targetUri" END
            WHERE ({any}) AND d.deleted IS NULL AND (k.stack <> 'environment' OR e.deleted IS NULL)
            ORDER BY k."stackUri"{bytewise}"#,
            columns = as_texts(&COLUMNS),
            stack = self.table("stack"),
            dataset = self.table("dataset"),
            environment = self.table("environment"),
            any = or(&conditions),
            bytewise = self.bytewise(),
        );
        wanted.statement(sql)
    }
}

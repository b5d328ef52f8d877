//! The statements that tell why an item is not handed out. Their one parameter is its URI.

use super::Dialect;

impl Dialect {
    /// What of a share is deleted.
    pub(in crate::source) fn share_deleted(&self) -> String {
        format!(
            r#"SELECT CASE WHEN s.deleted IS NOT NULL THEN 'share' WHEN d.deleted IS NOT NULL THEN 'dataset' END
            FROM {share_object} s LEFT JOIN {dataset} d ON d."datasetUri" = s."datasetUri"
            WHERE s."shareUri" = $1"#,
            share_object = self.table("share_object"),
            dataset = self.table("dataset"),
        )
    }

    /// What of a stack's target is deleted.
    pub(in crate::source) fn stack_deleted(&self) -> String {
        format!(
            r#"SELECT CASE WHEN d.deleted IS NOT NULL THEN 'dataset' WHEN e.deleted IS NOT NULL THEN 'environment' END
            FROM {stack} k
            LEFT JOIN {dataset} d ON k.stack = 'dataset' AND d."datasetUri" = k."targetUri"
            LEFT JOIN {environment} e ON k.stack = 'environment' AND e."environmentUri" = k."targetUri"
            WHERE k."stackUri" = $1"#,
            stack = self.table("stack"),
            dataset = self.table("dataset"),
            environment = self.table("environment"),
        )
    }
}

//! Stacks as a source delivers them.

use super::ItemKey;

/// One CloudFormation stack of data.all with what reminders need of the dataset or environment that it deploys.
///
/// Text columns that are NULL are empty strings, unless the field is an `Option`. `stack.created` and `updated` are
/// left out: data.all writes the start of its own process there.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // each field is the column of the same name
pub struct Stack {
    pub uri: String,
    /// `stack.stack`: `dataset`, `environment`, `notebook`, `pipeline`, …
    pub kind: String,
    pub status: String,
    /// What it deploys: `datasetUri` or `environmentUri` for those kinds.
    pub target_uri: String,
    /// The dataset's or environment's label; empty for other kinds.
    pub target_label: String,
    pub account: String,
    pub region: String,
    /// `stack.error` as JSON text.
    pub error: String,
    /// The dataset's `SamlAdminGroupName`, for a dataset's stack.
    pub producers: Option<String>,
    /// The dataset's `stewards`, for a dataset's stack.
    pub stewards: Option<String>,
    pub environment_label: String,
    /// `SamlGroupName` of the environment: the dataset's, or the one that is deployed.
    pub environment_admins: Option<String>,
}

impl Stack {
    /// This stack's key.
    pub fn key(&self) -> ItemKey {
        ItemKey::stack(&self.uri)
    }
}

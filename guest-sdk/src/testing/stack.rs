//! Stacks made of plain data.

use crate::Stack;

/// The data of a stack: a field for each method of [`Stack`], which see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct PlainStack {
    pub uri: String,
    pub kind: String,
    pub status: String,
    pub target_uri: String,
    pub target_label: String,
    pub account: String,
    pub region: String,
    pub error: String,
    pub producers: String,
    pub stewards: String,
    pub environment_label: String,
    pub environment_admins: String,
}

/// Makes a [`Stack`] step by step.
///
/// ```
/// use nudged_sdk::testing::StackBuilder;
///
/// let stack = StackBuilder::new("k1").status("UPDATE_FAILED").build();
/// assert_eq!((stack.kind(), stack.target_label()), ("dataset".into(), "Sales".into()));
/// ```
#[derive(Debug, Clone)]
pub struct StackBuilder(PlainStack);

impl StackBuilder {
    /// The sound stack of the dataset Sales.
    pub fn new(uri: &str) -> Self {
        Self(PlainStack {
            uri: uri.to_owned(),
            kind: "dataset".to_owned(),
            status: "UPDATE_COMPLETE".to_owned(),
            target_uri: "d1".to_owned(),
            target_label: "Sales".to_owned(),
            account: "111111111111".to_owned(),
            region: "eu-west-1".to_owned(),
            error: String::new(),
            producers: "producers".to_owned(),
            stewards: "stewards".to_owned(),
            environment_label: "Production".to_owned(),
            environment_admins: "envadmins".to_owned(),
        })
    }

    /// The sound stack of the environment Production.
    pub fn of_environment(uri: &str) -> Self {
        Self::new(uri).with(|stack| {
            stack.kind = "environment".to_owned();
            stack.target_uri = "e1".to_owned();
            stack.target_label = stack.environment_label.clone();
            stack.producers.clear();
            stack.stewards.clear();
        })
    }

    /// Sets the status.
    pub fn status(self, status: &str) -> Self {
        self.with(|stack| stack.status = status.to_owned())
    }

    /// Sets what went wrong.
    pub fn error(self, error: &str) -> Self {
        self.with(|stack| stack.error = error.to_owned())
    }

    /// Changes whatever else is to be changed.
    pub fn with(mut self, change: impl FnOnce(&mut PlainStack)) -> Self {
        change(&mut self.0);
        self
    }

    /// The stack.
    pub fn build(self) -> Stack<'static> {
        self.0.into()
    }
}

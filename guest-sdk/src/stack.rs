//! One stack, as a strategy sees it.

use crate::bindings::stack_strategy::nudged::plugin::stacks::StackBatch;

/// One CloudFormation stack of data.all, with what reminders need of the dataset or environment that it deploys.
///
/// Like a [`Share`](crate::Share) it is asked of the host, or in native tests plain data, made with
/// [`testing::StackBuilder`](crate::testing::StackBuilder). Texts are empty where the database has nothing.
#[derive(Debug)]
pub struct Stack<'a>(Backing<'a>);

#[derive(Debug)]
enum Backing<'a> {
    Host {
        batch: &'a StackBatch,
        index: u32,
    },
    #[cfg(not(target_arch = "wasm32"))]
    Plain(Box<crate::testing::PlainStack>),
}

macro_rules! texts {
    ($($(#[$doc:meta])* $field:ident;)*) => {
        $($(#[$doc])* pub fn $field(&self) -> String {
            match &self.0 {
                Backing::Host { batch, index } => batch.$field(*index),
                #[cfg(not(target_arch = "wasm32"))]
                Backing::Plain(plain) => plain.$field.clone(),
            }
        })*
    };
}

impl<'a> Stack<'a> {
    pub(crate) fn of_host(batch: &'a StackBatch, index: u32) -> Self {
        Self(Backing::Host { batch, index })
    }

    texts! {
        /// The stack's id.
        uri;
        /// What it deploys: `dataset`, `environment`, `notebook` …
        kind;
        /// A state of CloudFormation, such as `UPDATE_ROLLBACK_FAILED`, or of data.all, such as `pending`.
        status;
        /// The id of the dataset or environment.
        target_uri;
        /// The name of the dataset or environment.
        target_label;
        /// The AWS account.
        account;
        /// The AWS region.
        region;
        /// What went wrong, JSON.
        error;
        /// The team that owns the dataset, for a dataset's stack.
        producers;
        /// The team that approves for the dataset, for a dataset's stack.
        stewards;
        /// The name of the dataset's environment, or of the one that is deployed.
        environment_label;
        /// The team that runs that environment.
        environment_admins;
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl From<crate::testing::PlainStack> for Stack<'static> {
    fn from(plain: crate::testing::PlainStack) -> Self {
        Self(Backing::Plain(Box::new(plain)))
    }
}

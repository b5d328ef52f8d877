//! Calls measured one by one. Nothing is held against the plugin, and nothing leaves the machine.

use std::{sync::Arc, time::Duration};

use super::{
    Admission, Context, Workbench,
    admission::Loaded,
    cases::{Case, Wanted, compared},
    conduct::Conduct,
};
use crate::model::{Fault, Item};

/// What one call took.
#[derive(Debug, Clone, PartialEq)]
pub struct Took {
    /// From the first to the last instruction, instantiation included.
    pub wall: Duration,
    /// The most bytes of memories and tables that it held.
    pub memory: usize,
    /// Why there is no call to speak of.
    pub fault: Option<String>,
}

impl Workbench {
    /// Asks a strategy about a batch.
    pub async fn measure_batch(&self, admission: &Admission, items: Arc<[Item]>, context: &Context) -> Took {
        let conduct = self.conduct(admission);
        let answer = match admission.measured(Arc::clone(&conduct)) {
            Loaded::Strategy(strategy) => strategy.ask(items, context).await.map(drop),
            Loaded::Channel(_) => Ok(()),
        };
        took(&conduct, answer)
    }

    /// Asks what a case asks, whatever comes of it.
    pub async fn measure_case(&self, admission: &Admission, case: &Case) -> Took {
        let conduct = self.conduct(admission);
        match compared(&admission.measured(Arc::clone(&conduct)), case, Wanted::Differences).await {
            Ok((why, _)) if conduct.account().calls == 0 => {
                Took { wall: Duration::ZERO, memory: 0, fault: Some(why.join("; ")) }
            }
            answer => took(&conduct, answer.map(drop)),
        }
    }

    /// One for each call: what an earlier one took, or did, does not count.
    fn conduct(&self, admission: &Admission) -> Arc<Conduct> {
        Arc::new(Conduct::apart(&admission.manifest.name, Arc::clone(&self.clock)))
    }
}

fn took(conduct: &Conduct, answer: Result<(), Fault>) -> Took {
    let account = conduct.account();
    Took { wall: account.wall, memory: account.peak_memory, fault: answer.err().map(|fault| fault.to_string()) }
}

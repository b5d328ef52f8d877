//! Cases: what a plugin is asked, and what should come of it. `wit/v0.1/self-test.wit` says how they are written.
//!
//! A case is a call like any other, with the plugin's own limits. What should come is held against what came as JSON:
//! what the author names must be equal, and nothing else is looked at.

mod answer;
mod channel;
mod difference;
mod findings;
mod item;
mod notification;
mod otherside;
mod outcome;
mod reading;
mod sending;
mod strategy;
mod trial;

pub use item::write as write_item;
pub use reading::read;
pub use trial::Trial;
pub(super) use trial::{Wanted, compared};

use serde_json::{Map, Value};

use super::Context;
use crate::model::Item;

/// One case of a plugin.
#[derive(Debug, Clone)]
pub struct Case {
    /// What is shown where it fails.
    pub name: String,
    question: Question,
    /// What should come, as it is written.
    expect: Value,
}

/// What a plugin is asked.
#[derive(Debug, Clone)]
enum Question {
    Strategy(strategy::Question),
    Channel(Box<channel::Question>),
}

impl Case {
    /// The items of a strategy's case.
    pub fn items(&self) -> usize {
        match &self.question {
            Question::Strategy(question) => question.items.len(),
            Question::Channel(_) => 0,
        }
    }

    /// What a strategy's case asks about, and what it tells the strategy beside it.
    pub fn batch(&self) -> Option<(&[Item], &Context)> {
        match &self.question {
            Question::Strategy(question) => Some((&question.items, &question.context)),
            Question::Channel(_) => None,
        }
    }

    /// The parameters that the plugin is given.
    fn parameters(&self) -> &Value {
        match &self.question {
            Question::Strategy(question) => &question.context.parameters,
            Question::Channel(question) => &question.parameters,
        }
    }
}

/// Parameters that are left out.
fn no_parameters() -> Value {
    Value::Object(Map::new())
}

//! Figures held to what their author means. Pure.

use super::Figures;
use crate::model::Budget;

/// One figure of a budget, and what came.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// The budget's key.
    pub key: &'static str,
    /// What is meant.
    pub meant: f64,
    /// What was measured.
    pub measured: f64,
}

impl Held {
    /// Whether it is more than is meant.
    pub fn is_over(&self) -> bool {
        self.measured > self.meant
    }
}

/// The figures that the budget names and that were measured.
pub fn held(budget: &Budget, figures: &Figures) -> Vec<Held> {
    let pairs = [
        ("item-micros", budget.item_micros, figures.item_micros()),
        ("item-bytes", budget.item_bytes, figures.item_bytes),
        ("first-call-millis", budget.first_call_millis, Some(figures.first_call_millis.median)),
    ];
    let both =
        |(key, meant, measured): (_, Option<f64>, Option<f64>)| Some(Held { key, meant: meant?, measured: measured? });
    pairs.into_iter().filter_map(both).collect()
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Batch, Spread},
        *,
    };

    #[test]
    fn only_what_is_more_than_is_meant_is_over() {
        let spread = |median: f64| Spread { median, p10: 0.0, p90: f64::MAX };
        let figures = Figures {
            first_call_millis: spread(5.0),
            batches: vec![Batch { size: 256, call_micros: spread(2560.0), memory: 0 }],
            item_bytes: Some(100.5),
            ..Figures::default()
        };
        let budget = Budget { item_micros: Some(9.9), item_bytes: Some(100.0), first_call_millis: Some(5.0) };
        let over = |budget: &Budget| {
            held(budget, &figures).into_iter().map(|one| (one.key, one.is_over())).collect::<Vec<_>>()
        };
        assert_eq!(over(&budget), [("item-micros", true), ("item-bytes", true), ("first-call-millis", false)]);
        assert_eq!(over(&Budget { item_bytes: Some(101.0), ..Budget::default() }), [("item-bytes", false)]);
        let channel = Figures { item_bytes: None, ..figures };
        assert_eq!(held(&Budget { item_bytes: Some(1.0), ..Budget::default() }, &channel), []);
    }
}

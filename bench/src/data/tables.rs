//! The rows of data.all's tables, in the order in which they are loaded; those that reminders do not read stay empty.

mod base;
mod shares;

use super::{shape::Shape, value::Row};

/// Rows that are made as they are asked for.
pub(super) type Rows<'s> = Box<dyn Iterator<Item = Row> + Send + 's>;

/// A table and what is in it. All its rows have the same columns in the same order.
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) rows: fn(&Shape) -> Rows<'_>,
}

pub(super) const TABLES: [Table; 7] = [
    Table { name: "environment", rows: base::environments },
    Table { name: "environment_group_permission", rows: base::permissions },
    Table { name: "dataset", rows: base::datasets },
    Table { name: "stack", rows: base::stacks },
    Table { name: "share_object", rows: shares::shares },
    Table { name: "share_object_item", rows: shares::items },
    Table { name: "notification", rows: shares::notifications },
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::data::{NOW, value::Value};

    fn shape() -> Shape {
        let now = NOW.parse::<chrono::DateTime<chrono::Utc>>().expect("an instant").naive_utc();
        Shape { seed: 1, shares: 1000, pending: 0.1, now }
    }

    #[test]
    fn all_rows_of_a_table_have_the_same_columns_and_keys_of_their_own() {
        for table in TABLES.iter().filter(|table| table.name != "environment_group_permission") {
            let rows: Vec<_> = (table.rows)(&shape()).collect();
            let columns = |row: &Row| row.iter().map(|(name, _)| *name).collect::<Vec<_>>();
            let keys: HashSet<_> = rows.iter().map(|row| format!("{:?}", row[0].1)).collect();
            assert!(rows.iter().all(|row| columns(row) == columns(&rows[0])), "{}", table.name);
            assert_eq!(keys.len(), rows.len(), "{}", table.name);
        }
    }

    #[test]
    fn the_notices_are_the_largest_table_and_each_is_about_a_share() {
        let shape = shape();
        let shares: HashSet<_> = (TABLES[4].rows)(&shape).map(|row| format!("{:?}|{:?}", row[0].1, row[1].1)).collect();
        let notices: Vec<_> = (TABLES[6].rows)(&shape).collect();
        let target = |row: &Row| match &row.iter().find(|(name, _)| *name == "target_uri").expect("a target").1 {
            Value::Text(text) => {
                text.split_once('|').map(|(share, dataset)| format!("Text({share:?})|Text({dataset:?})"))
            }
            _ => None,
        };
        assert!(notices.iter().all(|row| target(row).is_some_and(|target| shares.contains(&target))));
        assert!(TABLES[..6].iter().all(|table| (table.rows)(&shape).count() < notices.len()));
    }
}

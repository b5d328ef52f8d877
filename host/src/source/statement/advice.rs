//! Which indexes would let the statements read less. They are handed to the operator: nudged makes none.

mod candidate;

use self::candidate::{CANDIDATES, Candidate, Gain};
use super::Dialect;
use crate::model::Manifest;

/// The indexes of a schema that the statements can use: the table, and what the index begins with.
pub(in crate::source) const POSTGRES_INDEXES: &str = r#"
    SELECT t.relname::text AS "table", pg_get_indexdef(x.indexrelid, 1, true) AS leading
    FROM pg_index x
    JOIN pg_class t ON t.oid = x.indrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace
    JOIN pg_class c ON c.oid = x.indexrelid
    JOIN pg_am a ON a.oid = c.relam
    WHERE n.nspname = $1 AND x.indisvalid AND a.amname = 'btree'
      AND (x.indpred IS NULL OR pg_get_expr(x.indpred, x.indrelid) = '(deleted IS NULL)')"#;

/// The same for SQLite, which uses no index of some rows where conditions are united by `OR`.
pub(in crate::source) const SQLITE_INDEXES: &str = "
    SELECT m.name, (SELECT CAST(i.name AS TEXT) FROM pragma_index_info(l.name) AS i WHERE i.seqno = 0)
    FROM sqlite_schema AS m, pragma_index_list(m.name) AS l
    WHERE m.type = 'table' AND l.partial = 0";

/// Which part of a table has one of these values in this column, as far as the planner's statistics tell.
pub(in crate::source) const PART: &str = "
    SELECT SUM(frequency)::float8
    FROM pg_stats, unnest(most_common_vals::text::text[], most_common_freqs) AS common (value, frequency)
    WHERE schemaname = $1 AND tablename = $2 AND attname = $3 AND value = ANY($4)";

/// An index that is not there and would let the scans of some reminders read less.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// The name that it would have.
    pub index: String,
    /// The reminders that gain.
    pub reminders: Vec<String>,
    /// What they gain, and whether that is little.
    pub why: String,
    /// The statement that makes it.
    pub statement: String,
}

/// A candidate that somebody gains by.
pub(in crate::source) struct Need {
    candidate: &'static Candidate,
    reminders: Vec<String>,
    /// The reminder that reads the whole table anyway.
    spoiler: Option<String>,
    values: Vec<String>,
}

impl Dialect {
    /// The indexes that these reminders, by name, would gain by.
    pub(in crate::source) fn needs(&self, reading: &[(&str, &Manifest)]) -> Vec<Need> {
        let used = |candidate: &&'static Candidate| candidate.sqlite || matches!(self, Self::Postgres(_));
        let needs = CANDIDATES.iter().filter(used).map(|candidate| Need::of(candidate, reading));
        needs.filter(|need| !need.reminders.is_empty()).collect()
    }
}

impl Need {
    fn of(candidate: &'static Candidate, reading: &[(&str, &Manifest)]) -> Self {
        let mut need = Self { candidate, reminders: Vec::new(), spoiler: None, values: Vec::new() };
        for (name, manifest) in reading.iter().filter(|(_, manifest)| manifest.kind == candidate.kind) {
            match (candidate.gain)(&manifest.reads) {
                Gain::None => {}
                Gain::Spoilt => need.spoiler = Some((*name).to_owned()),
                Gain::Rows(values) => {
                    need.reminders.push((*name).to_owned());
                    need.values.extend(values);
                }
            }
        }
        need.values.sort();
        need.values.dedup();
        need
    }

    /// Whether one of these indexes does it already: the table, and what the index begins with. A table without any is a
    /// view, which takes none.
    pub(in crate::source) fn is_met(&self, there: &[(String, Option<String>)]) -> bool {
        let mut on_table = there.iter().filter(|(table, _)| table == self.candidate.table).peekable();
        let key = plain(self.candidate.key);
        on_table.peek().is_none() || on_table.any(|(_, leading)| leading.as_deref().is_some_and(|it| plain(it) == key))
    }

    /// Table, column and values of which [`PART`] is to be asked; `None` if that would tell nothing.
    pub(in crate::source) fn values(&self) -> Option<(&'static str, &'static str, &[String])> {
        let (table, column) = self.candidate.values;
        (!self.values.is_empty()).then_some((table, column, &*self.values))
    }

    /// The advice, where this part of the rows has the values.
    pub(in crate::source) fn advice(&self, dialect: &Dialect, part: Option<f64>) -> Advice {
        let Candidate { name, table, key, spared, values, most, .. } = self.candidate;
        let little = match (&self.spoiler, part.filter(|part| part > most)) {
            (Some(spoiler), _) => format!("; it hardly helps: {spoiler} reads all of {table}"),
            (None, Some(part)) => format!("; it hardly helps: about {:.0} % of {} match", part * 100.0, values.0),
            (None, None) => String::new(),
        };
        let (how, living) = match dialect {
            Dialect::Postgres(_) if table.starts_with("share_object") => (" CONCURRENTLY", " WHERE deleted IS NULL"),
            Dialect::Postgres(_) => (" CONCURRENTLY", ""),
            Dialect::Sqlite => ("", ""),
        };
        let on = dialect.table(table);
        Advice {
            index: (*name).to_owned(),
            reminders: self.reminders.clone(),
            why: format!("{}: {spared}{little}", self.reminders.join(", ")),
            statement: format!("CREATE INDEX{how} IF NOT EXISTS {name} ON {on} ({key}){living};"),
        }
    }
}

/// What is indexed, without what PostgreSQL adds when it writes it.
fn plain(key: &str) -> String {
    let key: String = key.chars().filter(|c| !c.is_whitespace() && *c != '"').collect();
    key.replace("::text", "").replace("::charactervarying", "")
}

#[cfg(test)]
mod tests {
    use sqlx::{AssertSqlSafe, Connection, Row, SqliteConnection};

    use super::*;
    use crate::source::{Want, statement::Statement};

    fn manifest(kind: &str, reads: serde_json::Value) -> Manifest {
        let manifest = serde_json::json!({ "name": "n", "version": "1.0.0", "kind": kind, "reads": reads });
        serde_json::from_value(manifest).expect("a manifest")
    }

    /// What SQLite would do, one line a step.
    async fn plan(statement: Statement, indexes: &[Advice]) -> String {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.expect("a database");
        sqlx::raw_sql(include_str!("../sample.sql")).execute(&mut connection).await.expect("the tables");
        for index in indexes {
            sqlx::raw_sql(AssertSqlSafe(index.statement.clone())).execute(&mut connection).await.expect("an index");
        }
        let explain = Statement { sql: format!("EXPLAIN QUERY PLAN {}", statement.sql), ..statement };
        let steps = explain.sqlite().fetch_all(&mut connection).await.expect("a plan");
        steps.iter().map(|step| step.get::<String, _>("detail") + "\n").collect()
    }

    #[tokio::test]
    async fn sqlite_uses_everything_that_is_advised_for_it() {
        let manifests = [
            manifest("share-strategy", serde_json::json!({ "statuses": ["Submitted"], "fields": ["items"] })),
            manifest("share-strategy", serde_json::json!({ "item-statuses": ["Share_Failed"] })),
            manifest("share-strategy", serde_json::json!({ "item-health": ["Unhealthy"] })),
            manifest("stack-strategy", serde_json::json!({ "statuses": ["CREATE_FAILED"] })),
        ];
        let reading: Vec<_> = manifests.iter().map(|manifest| ("reminder", manifest)).collect();
        let needs = Dialect::Sqlite.needs(&reading);
        let advice: Vec<_> = needs.iter().map(|need| need.advice(&Dialect::Sqlite, None)).collect();
        assert_eq!(advice.len(), 5, "{advice:?}");
        let want = Want::of(&manifests, Default::default());
        let (shares, stacks) = (Dialect::Sqlite.shares(&want), Dialect::Sqlite.stacks(&want));
        let plans = plan(shares, &advice).await + &plan(stacks, &advice).await;
        for Advice { index, .. } in &advice {
            let used = plans.lines().any(|step| step.starts_with("SEARCH") && step.contains(index.as_str()));
            assert!(used, "{index} is not in {plans}");
        }
    }

    #[test]
    fn postgres_s_words_for_a_key_are_those_of_the_statement() {
        assert_eq!(plain("split_part(target_uri::text, '|'::text, 1)"), plain("split_part(target_uri, '|', 1)"));
        assert_ne!(plain("lower(status::text)"), plain("status"));
    }
}

//! Guests that serve, and what their calls come to.

use std::sync::Arc;

use nudged::{
    config::ReminderConfig,
    directory::{Addresses, StaticDirectory},
    pipeline::{Report, Scanner, Writing},
    store::SqlStore,
};
use nudged_tests::{Database, HandClock, Shares, context, share};

use super::{FILE, Stage, bytes, is_tidy};
use crate::zoo::{
    Told,
    row::{End, Row},
};

impl Stage {
    /// It serves, and its calls cost its own results.
    pub(super) async fn calls(&self, name: &str, row: &Row) -> Told {
        let [bytes] = bytes(name, row).try_into().expect("one guest");
        self.folder.put(FILE, &bytes);
        let changes = self.rescan().await;
        assert_eq!(self.registry.refusals(), [], "{name}: {changes:?}");
        let admission = self.admitted();
        assert!(self.registry.strategy("echo").is_err(), "{name} has taken its place");
        let plugin = admission.manifest.name.as_str();
        let (words, text) = match admission.strategy() {
            Some(_) => ("a strategy failed", self.scan(plugin, row).await),
            None => ("attempt ended", self.deliver(plugin, row).await),
        };
        assert!(is_tidy(&text), "{name}: {text:?}");
        let class = self.judge_call(plugin, words, row);
        Told { found: "call", class, text, last_good: "replaced, as it was admitted", peak: None }
    }

    /// The word for it, which is in the metrics, and the line in the log.
    fn judge_call(&self, plugin: &str, words: &str, row: &Row) -> String {
        let calls = self.counts.sample(&format!("nudged_plugin_calls_total{{plugin=\"{plugin}\"}}"));
        assert_eq!(calls, Some(1.0), "{plugin}");
        let log = self.log.text();
        let End::Fault(kind) = row.end else {
            assert!(log.contains(row.text), "{plugin}: {:?} is not in\n{log}", row.text);
            return "none".to_owned();
        };
        let faults = format!("nudged_plugin_faults_total{{plugin=\"{plugin}\",class=\"{kind}\"}}");
        assert_eq!(self.counts.sample(&faults), Some(1.0), "{plugin}");
        let escaped = row.text.escape_debug().to_string();
        let logged = self.log.has(words, row.text) || self.log.has(words, &escaped);
        assert!(logged, "{plugin}: {:?} is not in\n{log}", row.text);
        kind.to_string()
    }

    /// One scan with the guest and its neighbour: the text of the guest's problem.
    async fn scan(&self, plugin: &str, row: &Row) -> String {
        let (report, ()) = tokio::join!(self.report(plugin), self.neighbour_answers());
        let found = |reminder: &str| report.found.get(reminder).copied().unwrap_or_default();
        assert_eq!(found("good"), 1, "{plugin}: {report:?}");
        let End::Fault(kind) = row.end else {
            assert_eq!((found("bad"), &report.problems[..]), (1, &[][..]), "{plugin}: it answers");
            return row.text.to_owned();
        };
        let [problem] = &report.problems[..] else { panic!("{plugin}: {:?}", report.problems) };
        assert_eq!((found("bad"), problem.item.as_ref().map(|item| item.as_str())), (0, Some("share:s1")), "{plugin}");
        let start = format!("reminder bad: plugin {plugin} (");
        let rest = problem.text.strip_prefix(&start).unwrap_or_else(|| panic!("{plugin}: {:?}", problem.text));
        let (_, text) = rest.split_once("): ").expect("the digest");
        let text = text.strip_prefix(&format!("{kind}: ")).unwrap_or_else(|| panic!("{plugin} is no {kind}: {text}"));
        assert!(text.contains(row.text), "{plugin}: {text:?} does not say {:?}", row.text);
        text.to_owned()
    }

    async fn report(&self, plugin: &str) -> Report {
        let now = context().now;
        let database = Database::fresh_sqlite();
        let store = Arc::new(SqlStore::connect(&database.url()).await.expect("a store"));
        let fallback = Addresses::from([("email".to_owned(), vec!["fallback@x.test".to_owned()])]);
        let scanner = Scanner {
            source: Arc::new(Shares(vec![share("s1")])),
            strategies: Arc::clone(&self.registry) as _,
            directory: Arc::new(StaticDirectory::new([].into(), fallback)),
            ..nudged_tests::scanner(store, Arc::new(HandClock::new(now)))
        };
        let reminders = [("bad", plugin), ("good", "poison")].map(|(name, strategy)| ReminderConfig {
            strategy: strategy.to_owned(),
            audience: Some(vec!["fallback".to_owned()]),
            ..nudged_tests::reminder(name)
        });
        scanner.scan(&reminders.each_ref(), now, Writing::DryRun).await.expect("the scan ends")
    }
}

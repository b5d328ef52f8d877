//! Guests that are refused, or may be.

use nudged::plugin::Refusal;

use super::{FILE, Stage, bytes, clear, is_tidy};
use crate::zoo::{
    Told,
    row::{Body, End, Row},
};

/// The file of what may be admitted: beside the others, for it may bring any name.
const BESIDE: &str = "zz-either.wasm";

impl Stage {
    /// It is refused, with its text, and what served before goes on.
    pub(super) async fn refuses(&self, name: &str, row: &Row) -> Told {
        if let Body::File(put) = &row.body {
            clear(&self.folder);
            put(&self.folder.file(FILE));
            if self.folder.file(FILE).is_file() && std::fs::read(self.folder.file(FILE)).is_ok() {
                let text = "not tried: whoever may read everything reads this too".to_owned();
                return Told { text, ..Told::default() };
            }
        }
        let mut told = Told::default();
        let bytes = bytes(name, row);
        for number in 0..bytes.len().max(1) {
            if let Some(bytes) = bytes.get(number) {
                self.folder.put(FILE, bytes);
            }
            let changes = self.rescan().await;
            let refusals = self.registry.refusals();
            let [refusal] = &refusals[..] else { panic!("{name}, number {number}: {refusals:?} after {changes:?}") };
            self.judge(name, row, refusal).await;
            told = Told {
                found: "admission",
                class: if refusal.passing { "refused for now" } else { "refused" }.to_owned(),
                text: refusal.reason.clone(),
                last_good: "serves",
                peak: None,
            };
        }
        told
    }

    async fn judge(&self, name: &str, row: &Row, refusal: &Refusal) {
        let Refusal { file, reason, passing } = refusal;
        assert_eq!(file, FILE);
        assert!(reason.contains(row.text), "{name}: {reason:?} does not say {:?}", row.text);
        assert!(is_tidy(reason), "{name}: {reason:?}");
        assert!(!reason.contains("panic"), "{name}: {reason:?}");
        assert_eq!(*passing, row.end == End::RefusedForNow, "{name}: {reason}");
        let logged = self.log.has("ERROR", &format!("plugin refused: {FILE}: {reason}"));
        assert!(logged, "{name}: {reason:?} is not in\n{}", self.log.text());
        assert_eq!(self.reason_of("echo").await, "echo", "{name}: the last good one serves");
        assert_eq!(self.counts.sample("nudged_plugin_refused_files"), Some(1.0), "{name}");
    }

    /// It is refused or admitted, and either way soon.
    pub(super) async fn survives(&self, row: &Row) -> Told {
        let (mut refused, mut last) = (0, String::new());
        let all = bytes("", row);
        for bytes in &all {
            self.folder.put(BESIDE, bytes);
            self.rescan().await;
            for refusal in self.registry.refusals() {
                assert_eq!(refusal.file, BESIDE);
                assert!(is_tidy(&refusal.reason), "{refusal:?}");
                assert!(!refusal.reason.contains("panic;"), "{refusal:?}");
                refused += 1;
                last = refusal.reason;
            }
            assert_eq!(self.reason_of("echo").await, "echo");
        }
        let class = format!("{refused} of {} refused", all.len());
        Told { found: "admission", class, text: last, last_good: "serves", peak: None }
    }
}

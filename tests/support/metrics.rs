//! Prometheus' text format, read strictly: what a scraper or `promtool check metrics` would complain of is a panic.

use std::collections::{BTreeMap, BTreeSet};

/// Names and values.
type Labels = BTreeSet<(String, String)>;

/// A metric with its samples.
#[derive(Debug, Default)]
pub struct Family {
    /// `counter`, `gauge` or `histogram`.
    pub kind: String,
    /// What it means.
    pub help: String,
    /// Samples by name and labels, as they stand there.
    pub samples: BTreeMap<String, f64>,
}

/// Everything that one scrape told.
#[derive(Debug, Default)]
pub struct Metrics {
    /// By name.
    pub families: BTreeMap<String, Family>,
}

impl Metrics {
    /// Reads a scrape.
    ///
    /// # Panics
    /// If anything is not as the format has it, with the line.
    pub fn parse(text: &str) -> Self {
        assert!(text.ends_with('\n'), "the last line does not end");
        let mut metrics = Self::default();
        let mut current = String::new();
        for line in text.lines().filter(|line| !line.is_empty()) {
            if let Some(rest) = line.strip_prefix("# HELP ") {
                let (name, help) = rest.split_once(' ').unwrap_or_else(|| panic!("no help: {line}"));
                let family = Family { help: help.to_owned(), ..Family::default() };
                assert!(metrics.families.insert(name.to_owned(), family).is_none(), "a second HELP: {line}");
                current = name.to_owned();
            } else if let Some(rest) = line.strip_prefix("# TYPE ") {
                let (name, kind) = rest.split_once(' ').unwrap_or_else(|| panic!("no type: {line}"));
                assert_eq!(name, current, "TYPE without HELP: {line}");
                metrics.families.get_mut(name).expect("its HELP").kind = kind.to_owned();
            } else {
                assert!(!line.starts_with('#'), "what is this: {line}");
                metrics.take_sample(&current, line);
            }
        }
        metrics.families.iter().for_each(|(name, family)| family.check(name));
        metrics
    }

    fn take_sample(&mut self, current: &str, line: &str) {
        let (sample, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no value: {line}"));
        let value = value.parse().unwrap_or_else(|_| panic!("not a number: {line}"));
        let name = sample.split('{').next().expect("a part before the labels");
        let family = self.families.get_mut(current).unwrap_or_else(|| panic!("no HELP before {line}"));
        let suffixes: &[&str] = if family.kind == "histogram" { &["_bucket", "_sum", "_count"] } else { &[""] };
        let fits = suffixes.iter().any(|suffix| format!("{current}{suffix}") == name);
        assert!(fits, "a sample among those of {current}: {line}");
        labels(sample);
        assert!(family.samples.insert(sample.to_owned(), value).is_none(), "twice: {line}");
    }

    /// The value of a sample, by its name and labels as they stand there.
    pub fn sample(&self, sample: &str) -> Option<f64> {
        let family = self.families.values().find(|family| family.samples.contains_key(sample))?;
        family.samples.get(sample).copied()
    }
}

impl Family {
    fn check(&self, name: &str) {
        assert!(!self.help.trim().is_empty(), "{name} has no help");
        assert!(!self.samples.is_empty(), "{name} has no sample");
        assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "the name {name}");
        for wrong in ["_milliseconds", "_ms", "_minutes", "_kilobytes", "_megabytes", "_percent"] {
            assert!(!name.contains(wrong), "{name} is not in base units");
        }
        match self.kind.as_str() {
            "counter" => assert!(name.ends_with("_total"), "the counter {name}"),
            "gauge" => assert!(!name.ends_with("_total") && !name.ends_with("_count"), "the gauge {name}"),
            "histogram" => self.check_buckets(name),
            other => panic!("{name} is a {other}"),
        }
    }

    /// Buckets grow, and the last one holds all.
    fn check_buckets(&self, name: &str) {
        let mut series: BTreeMap<Labels, Vec<(f64, f64)>> = BTreeMap::new();
        for (sample, count) in self.samples.iter().filter(|(sample, _)| sample.starts_with(&format!("{name}_bucket"))) {
            let (bound, others): (Labels, Labels) = labels(sample).into_iter().partition(|(label, _)| label == "le");
            let (_, bound) = bound.into_iter().next().unwrap_or_else(|| panic!("a bucket without le: {sample}"));
            series.entry(others).or_default().push((bound.replace("+Inf", "inf").parse().expect("a bound"), *count));
        }
        for (labels, mut buckets) in series {
            buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
            assert!(buckets.is_sorted_by(|a, b| a.1 <= b.1), "{name} {labels:?}: {buckets:?}");
            assert_eq!(buckets.last().map(|bucket| bucket.0), Some(f64::INFINITY), "{name} {labels:?}");
        }
    }
}

/// The labels of a sample.
fn labels(sample: &str) -> Labels {
    let Some((_, labels)) = sample.split_once('{') else { return BTreeSet::new() };
    let labels = labels.strip_suffix('}').unwrap_or_else(|| panic!("labels that do not end: {sample}"));
    let one = |label: &str| {
        let (name, value) = label.split_once('=').unwrap_or_else(|| panic!("no value: {sample}"));
        let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
        assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "the label {name} of {sample}");
        (name.to_owned(), value.unwrap_or_else(|| panic!("not quoted: {sample}")).to_owned())
    };
    labels.split(',').map(one).collect()
}

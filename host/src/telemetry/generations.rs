//! Which generation serves each plugin, for whoever scrapes.
//!
//! A series of the metrics' recorder stays until the process ends. Plugins may be replaced thousands of times meanwhile,
//! and each generation has labels of its own: these series are kept here, where those of old generations go.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use metrics_exporter_prometheus::formatting::sanitize_label_value;

use super::metrics::PLUGIN_GENERATION;

/// By plugin and digest, the version.
type Serving = BTreeMap<(String, String), String>;

static SERVING: Mutex<Serving> = Mutex::new(BTreeMap::new());

/// A generation of a plugin begins to serve.
pub fn serves(plugin: &str, digest: &str, version: &str) {
    serving().insert(key(plugin, digest), version.to_owned());
}

/// A generation of a plugin serves no more.
pub fn is_gone(plugin: &str, digest: &str) {
    serving().remove(&key(plugin, digest));
}

/// The series in Prometheus' text format; nothing if no plugin serves.
pub(super) fn render() -> String {
    written(&serving())
}

fn serving() -> MutexGuard<'static, Serving> {
    SERVING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The first twelve digits of a digest name it well enough, as everywhere.
fn key(plugin: &str, digest: &str) -> (String, String) {
    (plugin.to_owned(), digest.chars().take(12).collect())
}

fn written(serving: &Serving) -> String {
    if serving.is_empty() {
        return String::new();
    }
    let (name, help) = (PLUGIN_GENERATION.name, PLUGIN_GENERATION.help);
    let mut text = format!("# HELP {name} {help}\n# TYPE {name} gauge\n");
    for ((plugin, digest), version) in serving {
        // A version is the plugin's own word; names and digests hold nothing that could end a label.
        let version = sanitize_label_value(version);
        text.push_str(&format!("{name}{{plugin=\"{plugin}\",digest=\"{digest}\",version=\"{version}\"}} 1\n"));
    }
    text + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_plugins_there_is_not_even_a_heading() {
        assert_eq!(written(&Serving::new()), "");
    }

    #[test]
    fn each_generation_is_a_series_and_no_version_can_end_its_label() {
        let serving = Serving::from([(key("echo", "0123456789abcdef"), r#"1"\"#.to_owned())]);
        let text = written(&serving);
        let last = text.trim_end().lines().last().expect("a series");
        let labels = r#"{plugin="echo",digest="0123456789ab",version="1\"\\"}"#;
        assert_eq!(last, format!("nudged_plugin_generation_info{labels} 1"));
        assert!(text.starts_with("# HELP nudged_plugin_generation_info 1 for "), "{text}");
    }
}

//! What the daemon measures.

use std::{collections::BTreeSet, fs};

use nudged::telemetry::metrics::{ALL, Kind};
use nudged_tests::{Home, Metrics, Relay, guest_file};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn every_metric_is_there_from_the_start_with_its_help_and_type() {
    let relay = Relay::start().await;
    let home = Home::new(&relay.url()).await;
    let daemon = home.daemon().await;
    // The outbox is looked at first a moment after the start.
    let metrics = daemon.api().until_sample("nudged_outbox{state=\"queued\"}", 0.0).await;
    let names: BTreeSet<_> = metrics.families.keys().cloned().collect();
    assert_eq!(names, ALL.iter().map(|metric| metric.name.to_owned()).collect::<BTreeSet<_>>());
    for metric in ALL {
        let family = &metrics.families[metric.name];
        let kind = match metric.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        assert_eq!((family.kind.as_str(), family.help.as_str()), (kind, metric.help), "{}", metric.name);
    }
    for zero in [
        "nudged_runs_total{reminder=\"pending-share\",result=\"done\"}",
        "nudged_runs_missed_total{reminder=\"pending-share\"}",
        "nudged_notices_total{channel=\"email\",outcome=\"dead\"}",
        "nudged_plugin_faults_total{plugin=\"pending-share\",class=\"trap\"}",
        "nudged_destination_open{channel=\"email\"}",
    ] {
        assert_eq!(metrics.sample(zero), Some(0.0), "{zero}");
    }
    assert!(metrics.sample("process_start_time_seconds").is_some_and(|start| start > 1.7e9), "seconds since 1970");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_counts_what_it_found_and_decided() {
    let relay = Relay::start().await;
    let home = Home::new(&relay.url()).await;
    let daemon = home.daemon().await;
    home.plan_run("pending-share").await;
    assert_eq!(daemon.api().reload().await.status, 200); // the new scheduler looks at once
    let done = "nudged_runs_total{reminder=\"pending-share\",result=\"done\"}";
    let metrics = daemon.api().until_sample(done, 1.0).await;
    for one in [
        "nudged_findings{reminder=\"pending-share\"}",
        "nudged_verdicts_total{reminder=\"pending-share\",verdict=\"send\",code=\"first\"}",
        "nudged_plugin_calls_total{plugin=\"pending-share\"}",
        "nudged_plugin_call_seconds_count{plugin=\"pending-share\"}",
        "nudged_plugin_memory_bytes_count{plugin=\"pending-share\"}",
        "nudged_scan_seconds_count",
        "nudged_scan_rows",
    ] {
        assert_eq!(metrics.sample(one), Some(1.0), "{one}");
    }
    let memory = metrics.sample("nudged_plugin_memory_bytes_sum{plugin=\"pending-share\"}");
    assert!(memory.is_some_and(|bytes| bytes >= 65536.0), "a page at least: {memory:?}");
    relay.until("the mail is taken", |record| record.taken.len() == 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_faults_is_counted_by_class_and_a_scan_that_fails_too() {
    let relay = Relay::start().await;
    let mut home = Home::new(&relay.url()).await;
    fs::copy(guest_file("panics"), home.path("plugins/panics.wasm")).expect("a copy");
    home.configure(|config| config["reminders"]["pending-share"]["strategy"] = json!("panics"));
    let daemon = home.daemon().await;
    home.plan_run("pending-share").await;
    assert_eq!(daemon.api().reload().await.status, 200);
    daemon.api().until_sample("nudged_plugin_faults_total{plugin=\"panics\",class=\"trap\"}", 1.0).await;
    home.dataall.database.execute("ALTER TABLE share_object RENAME TO away").await;
    home.plan_run("pending-share").await;
    assert_eq!(daemon.api().reload().await.status, 200);
    daemon.api().until_sample("nudged_runs_total{reminder=\"pending-share\",result=\"failed\"}", 1.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_and_no_address_is_in_a_metric() {
    let relay = Relay::start().await;
    let mut home = Home::new(&relay.url()).await;
    let with_password = relay.url().replace("smtp://", "smtp://pam:s3cret@");
    home.configure(|config| {
        config["channels"]["email"]["smtp"]["url"] = json!(with_password);
        config["api"]["token"] = json!("t0ken-t0ken-t0ken");
    });
    home.well(&["scan", "--now", nudged_tests::NOW]).await;
    let daemon = home.daemon().await;
    daemon.until("attempt ended").await;
    let fields = [("Host", "a.test"), ("Authorization", "Bearer t0ken-t0ken-t0ken")];
    let answer = daemon.api().ask("GET", "/metrics", &fields).await;
    assert_eq!(answer.status, 200);
    Metrics::parse(&answer.body);
    for secret in ["s3cret", "t0ken", "pam@x.test", "127.0.0.1"] {
        assert!(!answer.body.contains(secret), "{secret} is in\n{}", answer.body);
    }
}

#[test]
fn every_metric_that_an_alert_or_the_manual_names_exists() {
    let known: BTreeSet<_> = ALL.iter().map(|metric| metric.name).collect();
    let texts = [include_str!("../../deploy/alerts.yml"), include_str!("../../docs/src/operating/daemon.md")];
    for text in texts {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let named: BTreeSet<_> = words.filter(|word| word.starts_with("nudged_")).collect();
        assert!(named.len() > 5, "{named:?}");
        for name in named {
            let base = ["_bucket", "_sum", "_count"].iter().find_map(|suffix| name.strip_suffix(suffix));
            assert!(known.contains(name) || base.is_some_and(|base| known.contains(base)), "{name}");
        }
    }
    let manual = texts[1];
    for metric in ALL {
        assert!(manual.contains(&format!("`{}`", metric.name)), "{} is not in the manual", metric.name);
    }
}

//! Who is lent what, and which versions have to wait.

use proptest::{
    collection::{btree_set, vec},
    prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest},
    sample::{select, subsequence},
};
use serde_json::{Value, json};

use super::*;

const DIGEST: &str = "0123abcd";

fn manifest(fields: Value) -> Manifest {
    let mut all = json!({ "name": "slack", "version": "1.0.0", "kind": "channel" });
    fields.as_object().expect("an object").iter().for_each(|(key, value)| all[key] = value.clone());
    serde_json::from_value(all).expect("a manifest")
}

fn asked(interfaces: &[&str], hosts: &[&str], secrets: &[&str]) -> Asked {
    Asked::of(&manifest(json!({ "asks": interfaces, "hosts": hosts, "secrets": secrets }))).expect("well-formed")
}

fn hosts(texts: &[&str]) -> Vec<HostGrant> {
    texts.iter().map(|text| text.parse().expect("a host")).collect()
}

fn grants(http: &[&str], interfaces: &[&str], digests: &[&str]) -> Grants {
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Grants::new(&Grant { http: hosts(http), interfaces: set(interfaces), digests: set(digests), ..Grant::default() })
}

#[test]
fn a_manifest_that_asks_for_what_there_is_not_is_refused() {
    let cases = [
        (json!({ "asks": ["indox"] }), "the manifest asks for the interface \"indox\": did you mean `inbox`?"),
        (
            json!({ "asks": ["sockets"] }),
            "the manifest asks for the interface \"sockets\": write one of `http`, `inbox`, `mail`",
        ),
        (
            json!({ "hosts": ["hooks.slack.com/services"] }),
            "the manifest's host \"hooks.slack.com/services\" is not one such as \"hooks.slack.com\" or \"events.example.com:8443\"",
        ),
        (json!({ "secrets": ["a b"] }), "the manifest's secret \"a b\" is not a name such as \"signing-key\""),
    ];
    for (fields, expected) in cases {
        assert_eq!(Asked::of(&manifest(fields)), Err(expected.to_owned()));
    }
}

#[test]
fn hosts_are_lent_that_are_granted_and_named_if_any_are() {
    let cases: [(&[&str], &[&str], &[&str]); 7] = [
        (&["a.test", "b.test"], &[], &["a.test", "b.test"]),
        (&["a.test", "b.test"], &["b.test", "c.test"], &["b.test"]),
        (&["a.test"], &["c.test"], &[]),
        (&[], &["a.test"], &[]),
        (&["http://a.test:8080"], &["a.test:8080"], &["a.test:8080"]),
        (&["a.test:8080"], &["http://a.test:8080"], &["a.test:8080"]),
        (&["a.test"], &["http://a.test"], &[]),
    ];
    for (granted, named, expected) in cases {
        let lending = grants(granted, &[], &[]).lends(&asked(&["http"], named, &[]), DIGEST);
        assert_eq!(lending.hosts(), hosts(expected), "{granted:?} {named:?}");
        assert_eq!(lending.interface("http"), !expected.is_empty(), "{granted:?} {named:?}");
    }
    let unasked = grants(&["a.test"], &["http"], &[]).lends(&asked(&["mail"], &[], &[]), DIGEST);
    assert!(unasked.hosts().is_empty() && !unasked.interface("http") && unasked.interface("mail"));
    assert!(!unasked.interface("inbox"), "not asked for");
}

#[test]
fn secrets_are_lent_that_are_named_if_any_are() {
    let lends = |names: &[&str], secret| grants(&[], &[], &[]).lends(&asked(&[], &[], names), DIGEST).secret(secret);
    assert!(lends(&[], "key") && lends(&["key"], "key"));
    assert!(!lends(&["key"], "other"));
}

#[test]
fn a_version_that_is_not_among_the_pinned_ones_is_lent_nothing() {
    let all = asked(&["http", "inbox", "mail"], &[], &[]);
    let pinned = grants(&["a.test"], &["http", "inbox", "mail"], &["ffff"]);
    let lending = pinned.lends(&all, DIGEST);
    assert!(INTERFACES.iter().all(|name| !lending.interface(name)), "{lending:?}");
    assert!(lending.hosts().is_empty() && !lending.secret("key"));
    assert!(INTERFACES.iter().all(|name| pinned.lends(&all, "ffff").interface(name)));
    let why = "is not one of plugins.grants.slack.digests: add \"0123abcd\"";
    assert_eq!(pinned.pinned(&all, DIGEST), Err(why.to_owned()));
    assert_eq!(pinned.more(None, &all, DIGEST), [why]);
}

#[test]
fn a_version_that_asks_for_more_says_what_and_what_would_mend_it() {
    let old = asked(&["http"], &["a.test"], &["key"]);
    let none: &[&str] = &[];
    let secret = "release it, or add \"0123abcd\" to plugins.grants.slack.digests";
    let cases = [
        (old.clone(), grants(none, none, none), vec![]),
        (asked(none, none, &["key"]), grants(none, none, none), vec![]),
        (
            asked(&["http", "inbox"], &["a.test"], &["key"]),
            grants(none, none, none),
            vec!["asks for the interface inbox, which the version that serves does not: add \"inbox\" to plugins.grants.slack.interfaces".to_owned()],
        ),
        (asked(&["http", "inbox"], &["a.test"], &["key"]), grants(none, &["inbox"], none), vec![]),
        (
            asked(&["http"], &["a.test", "b.test:8443"], &["key"]),
            grants(&["b.test"], none, none),
            vec!["asks for the host b.test:8443, which the version that serves does not: add \"b.test:8443\" to plugins.grants.slack.http".to_owned()],
        ),
        (asked(&["http"], &["a.test", "b.test"], &["key"]), grants(&["b.test"], none, none), vec![]),
        (
            asked(&["http"], &["a.test"], &["key", "token"]),
            grants(&["a.test"], none, none),
            vec![format!("asks for the secret token, which the version that serves does not: {secret}")],
        ),
        (asked(&["http"], &["a.test"], &["key", "token"]), grants(none, none, &[DIGEST]), vec![]),
        (
            asked(&["http"], &["a.test"], none),
            grants(none, none, none),
            vec![format!("asks for all secrets of its channels, while the version that serves names key: {secret}")],
        ),
    ];
    for (new, grants, expected) in cases {
        assert_eq!(grants.more(Some(&old), &new, DIGEST), expected, "{new:?}");
        assert_eq!(grants.more(None, &new, DIGEST), Vec::<String>::new(), "the first version has nothing before it");
    }
    let mailer = asked(&["mail"], &[], &[]);
    let both = asked(&["mail", "http"], &[], &[]);
    assert_eq!(grants(&[], &[], &[]).more(Some(&mailer), &both, DIGEST).len(), 1);
    assert!(grants(&["a.test"], &[], &[]).more(Some(&mailer), &both, DIGEST).is_empty(), "granted hosts grant http");
    let anything = asked(&["http"], &[], &[]);
    assert!(grants(&[], &[], &[]).more(Some(&anything), &old, DIGEST).is_empty(), "naming is asking for less");
}

fn some_hosts(most: usize) -> impl Strategy<Value = Vec<HostGrant>> {
    let host = (select(vec!["a.test", "b.test"]), select(vec![None, Some(8080)]), any::<bool>());
    vec(host.prop_map(|(host, port, plain)| HostGrant { host: host.to_owned(), port, plain }), 0..=most)
}

fn some_asked() -> impl Strategy<Value = Asked> {
    let words = |all: &'static [&'static str]| {
        subsequence(all.to_vec(), 0..=all.len()).prop_map(|some| some.into_iter().map(str::to_owned).collect())
    };
    let parts = (words(&INTERFACES), some_hosts(3), words(&["key", "token"]));
    parts.prop_map(|(interfaces, hosts, secrets)| Asked {
        plugin: "slack".to_owned(),
        interfaces,
        hosts: hosts.into_iter().collect(),
        secrets,
    })
}

fn some_grants() -> impl Strategy<Value = Grants> {
    let digests = btree_set(select(vec![DIGEST.to_owned(), "ffff".to_owned()]), 0..=2);
    let interfaces = btree_set(select(INTERFACES.map(str::to_owned).to_vec()), 0..=2);
    let all = (some_hosts(3), interfaces, digests);
    all.prop_map(|(http, interfaces, digests)| Grants::new(&Grant { http, interfaces, digests, networks: Vec::new() }))
}

proptest! {
    #[test]
    fn a_host_is_lent_exactly_if_it_is_granted_and_asked_for(grants in some_grants(), asked in some_asked(), wanted in some_hosts(4)) {
        let lending = grants.lends(&asked, DIGEST);
        let may = asked.interfaces.contains(HTTP) && grants.pinned(&asked, DIGEST).is_ok();
        for wanted in wanted {
            let granted = grants.0.http.iter().any(|host| host.covers(&wanted));
            let lent = lending.hosts().iter().any(|host| host.covers(&wanted));
            prop_assert_eq!(lent, may && granted && asked.names_host(&wanted), "{:?}", wanted);
        }
    }

    #[test]
    fn a_version_that_need_not_wait_is_lent_nothing_new_but_what_the_operator_wrote(
        grants in some_grants(), old in some_asked(), new in some_asked(),
    ) {
        if grants.more(Some(&old), &new, DIGEST).is_empty() {
            let lending = grants.lends(&new, DIGEST);
            for name in INTERFACES.iter().filter(|name| lending.interface(name)) {
                let written = grants.0.interfaces.contains(*name) || (*name == HTTP && !grants.0.http.is_empty());
                prop_assert!(old.interfaces.contains(*name) || written, "{}", name);
            }
            for host in lending.hosts() {
                prop_assert!(grants.0.http.iter().any(|granted| granted.covers(host)));
            }
            let vouched = grants.0.digests.contains(DIGEST);
            for name in ["key", "token", "other"].into_iter().filter(|name| lending.secret(name)) {
                let had = old.secrets.is_empty() || old.secrets.contains(name);
                prop_assert!(had || vouched, "{}", name);
            }
        }
    }

    #[test]
    fn the_same_again_need_not_wait(grants in some_grants(), asked in some_asked()) {
        let pinned = grants.pinned(&asked, DIGEST).err();
        prop_assert_eq!(grants.more(Some(&asked), &asked, DIGEST), pinned.into_iter().collect::<Vec<_>>());
    }
}

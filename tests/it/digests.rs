//! Whatever the shares, groups and reminders: everybody is told of what is theirs, once, and of nothing else.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use nudged::{
    config::{GroupBy, ReminderConfig},
    model::{Decision, Finding, Notification, Severity, Share, Verdict},
};
use nudged_tests::{Database, Rig, at, finding, reminder, share};
use proptest::{
    collection::{btree_map, btree_set, vec},
    prelude::{Just, ProptestConfig, Strategy, any, prop, proptest},
    sample::subsequence,
};

const NOW: &str = "2026-06-04T09:00:00Z";
const ROLES: [&str; 4] = ["producers", "stewards", "requesters", "requester"];
const PEOPLE: usize = 6;
const GROUPS: usize = 5;
const SEVERITIES: [Severity; 3] = [Severity::Info, Severity::Warning, Severity::Critical];

/// Everything by number.
#[derive(Debug, Clone)]
struct World {
    members: Vec<BTreeSet<usize>>,
    shares: Vec<ShareOf>,
    reminders: Vec<Manner>,
    /// By share and reminder.
    findings: BTreeMap<(usize, usize), What>,
}

#[derive(Debug, Clone)]
struct ShareOf {
    producers: Option<usize>,
    stewards: Option<usize>,
    group: usize,
    owner: usize,
}

#[derive(Debug, Clone)]
struct Manner {
    by_item: bool,
    limit: usize,
    group_notifications: bool,
}

#[derive(Debug, Clone)]
struct What {
    roles: Vec<&'static str>,
    severity: usize,
    /// In days from now.
    deadline: Option<i64>,
}

fn shares() -> impl Strategy<Value = ShareOf> {
    let group = || prop::option::weighted(0.8, 0..GROUPS);
    let share = (group(), group(), 0..GROUPS, 0..PEOPLE);
    share.prop_map(|(producers, stewards, group, owner)| ShareOf { producers, stewards, group, owner })
}

fn manners() -> impl Strategy<Value = Manner> {
    let manner = (any::<bool>(), 1..5_usize, any::<bool>());
    manner.prop_map(|(by_item, limit, group_notifications)| Manner { by_item, limit, group_notifications })
}

fn whats() -> impl Strategy<Value = What> {
    let what = (subsequence(ROLES.to_vec(), 1..=4), 0..3_usize, prop::option::of(1..4_i64));
    what.prop_map(|(roles, severity, deadline)| What { roles, severity, deadline })
}

fn worlds() -> impl Strategy<Value = World> {
    (vec(shares(), 1..8), vec(manners(), 1..4)).prop_flat_map(|(shares, reminders)| {
        let findings = btree_map((0..shares.len(), 0..reminders.len()), whats(), 0..16);
        let members = vec(btree_set(0..PEOPLE, 0..4), GROUPS);
        (members, Just(shares), Just(reminders), findings).prop_map(|(members, shares, reminders, findings)| World {
            members,
            shares,
            reminders,
            findings,
        })
    })
}

fn person(n: usize) -> String {
    format!("p{n}@x.test")
}

fn optional(group: Option<usize>) -> Option<String> {
    group.map(|group| format!("g{group}"))
}

impl World {
    /// Who must be told of a share by a reminder.
    fn audience(&self, share: usize, by: usize, what: &What) -> BTreeSet<String> {
        let ShareOf { producers, stewards, group, owner } = &self.shares[share];
        let of = |group: &Option<usize>| group.map(|group| self.members[group].clone()).unwrap_or_default();
        let told = what.roles.iter().flat_map(|role| match *role {
            "producers" => of(producers),
            "stewards" => of(stewards),
            "requesters" if self.reminders[by].group_notifications => self.members[*group].clone(),
            _ => BTreeSet::from([*owner]),
        });
        let told: BTreeSet<_> = told.map(person).collect();
        if told.is_empty() { BTreeSet::from(["ops@x.test".to_owned()]) } else { told }
    }

    /// Reminder, share, recipient.
    fn expected(&self) -> Vec<(String, String, String)> {
        let told = self.findings.iter().flat_map(|(&(share, by), what)| {
            let to = self.audience(share, by, what).into_iter();
            to.map(move |to| (format!("r{by}"), format!("share:s{share}"), to))
        });
        let mut told: Vec<_> = told.collect();
        told.sort();
        told
    }

    fn reminders(&self) -> Vec<ReminderConfig> {
        let each = self.reminders.iter().enumerate().map(|(n, manner)| ReminderConfig {
            group_by: if manner.by_item { GroupBy::Item } else { GroupBy::Recipient },
            digest_limit: manner.limit,
            group_notifications: manner.group_notifications,
            ..reminder(&format!("r{n}"))
        });
        each.collect()
    }

    async fn rig(&self) -> Rig {
        let rig = Rig::new(Database::fresh_sqlite()).await;
        for (n, members) in self.members.iter().enumerate() {
            let members: Vec<_> = members.iter().map(|&member| person(member)).collect();
            // Directories write addresses as they like.
            let members: Vec<_> =
                members.iter().map(|one| if n % 2 == 0 { one.to_uppercase() } else { one.clone() }).collect();
            rig.roster.set(&format!("g{n}"), "email", &members.iter().map(String::as_str).collect::<Vec<_>>());
        }
        for (&(n, by), what) in &self.findings {
            let ShareOf { producers, stewards, group, owner } = &self.shares[n];
            let share = Share {
                producers: optional(*producers),
                stewards: optional(*stewards),
                group: format!("g{group}"),
                owner: person(*owner),
                ..share(&format!("s{n}"))
            };
            let finding = Finding {
                roles: what.roles.iter().map(|&role| role.to_owned()).collect(),
                severity: SEVERITIES[what.severity],
                deadline: what.deadline.map(|days| at(NOW) + TimeDelta::days(days)),
                title: format!("r{by} s{n}"),
                ..finding(&share)
            };
            rig.script.find_for(&format!("r{by}"), share, finding);
        }
        rig
    }

    /// How urgent what a verdict is about is: less is more.
    fn urgency(&self, reminder: &str, item: &str) -> (usize, i64) {
        let number = |text: &str, before: &str| text.trim_start_matches(before).parse::<usize>().expect("a number");
        let what = &self.findings[&(number(item, "share:s"), number(reminder, "r"))];
        (SEVERITIES.len() - what.severity, what.deadline.unwrap_or(i64::MAX))
    }

    fn check_digest(&self, digest: &Notification, verdicts: &[Verdict]) {
        let manner = |verdict: &Verdict| &self.reminders[verdict.reminder[1..].parse::<usize>().expect("a number")];
        assert!(verdicts.iter().all(|verdict| verdict.recipient.as_ref() == Some(&digest.recipient)));
        assert!(verdicts.len() == 1 || verdicts.iter().all(|verdict| !manner(verdict).by_item), "{digest:?}");

        let limit = verdicts.iter().map(|verdict| manner(verdict).limit).max().expect("a verdict");
        assert_eq!(digest.reminders.len(), verdicts.len().min(limit));
        assert_eq!(digest.reminders.len() + digest.more as usize, verdicts.len());
        let rest = format!("\n… and {} more, less urgent than these.\n", digest.more);
        assert_eq!(digest.text.ends_with(&rest), digest.more > 0, "{}", digest.text);

        let titles: BTreeMap<_, _> = verdicts
            .iter()
            .map(|one| (format!("{} {}", one.reminder, one.item.as_str().trim_start_matches("share:")), one))
            .collect();
        let shown: Vec<_> = digest
            .reminders
            .iter()
            .map(|one| titles.get(&one.title).unwrap_or_else(|| panic!("{} is not theirs: {digest:?}", one.title)))
            .map(|verdict| self.urgency(&verdict.reminder, verdict.item.as_str()))
            .collect();
        let mut all: Vec<_> = verdicts.iter().map(|one| self.urgency(&one.reminder, one.item.as_str())).collect();
        all.sort();
        assert_eq!(shown, all[..shown.len()], "worst first, and what is not shown is no worse");
    }

    async fn check(&self) {
        let rig = self.rig().await;
        let reminders = self.reminders();
        let reminders: Vec<_> = reminders.iter().collect();
        let report = rig.scan(&reminders, NOW).await;
        let mut told: Vec<_> = report
            .verdicts
            .iter()
            .map(|one| (one.reminder.clone(), one.item.to_string(), one.recipient.clone().expect("a recipient")))
            .collect();
        told.sort();
        assert_eq!(told, self.expected());
        assert!(report.verdicts.iter().all(|one| one.decision == Decision::Send && one.notification.is_some()));

        let again = rig.scan(&reminders, NOW).await;
        assert_eq!(again.notifications, 0);
        let digests = rig.deliver().await;
        assert_eq!(digests.len() as u64, report.notifications);
        for digest in &digests {
            let own = report.verdicts.iter().filter(|one| one.notification.as_ref() == Some(&digest.id));
            self.check_digest(digest, &own.collect::<Vec<_>>());
        }
        let together = digests.iter().filter(|digest| {
            let verdict = report.verdicts.iter().find(|one| one.notification.as_ref() == Some(&digest.id));
            verdict
                .is_some_and(|one| reminders.iter().any(|r| r.name == one.reminder && r.group_by == GroupBy::Recipient))
        });
        let recipients: Vec<_> = together.map(|digest| &digest.recipient).collect();
        assert_eq!(recipients.len(), recipients.iter().collect::<BTreeSet<_>>().len(), "one digest each");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn everybody_is_told_of_what_is_theirs_once_and_of_nothing_else(world in worlds()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(world.check());
    }
}

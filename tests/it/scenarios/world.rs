//! One scenario with everything around it.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex},
};

use chrono::DateTime;
use nudged::{
    clock::Clock,
    config::{DeliveryConfig, ExpiryAction, MailConfig, ReminderConfig},
    model::{Instant, Outcome},
    net::{LettreMailer, Mail as Outgoing, Mailer},
    pipeline::{ChannelRoutes, Deliverer, Report, Scanner, Writing},
    plugin::{Registry, Ways},
    source::{DataallActions, DataallSource},
    store::SqlStore,
};
use nudged_tests::{
    ActionLine, AddedRow, Changes, Dataall, Database, ItemTold, Kept, Run, Scenario, Told, smtp, smtp_address,
};

use super::{
    lived::{Lived, Mail},
    mailbox::Mailbox,
};

/// A clock that a scenario sets.
struct SetClock(Mutex<Instant>);

impl Clock for SetClock {
    fn now(&self) -> Instant {
        *self.0.lock().expect("nobody panicked")
    }
}

/// The way to the real server, but for addresses that this scenario's relay refuses: smtp-sink refuses nobody.
struct Refusing {
    relay: LettreMailer,
    refused: Vec<String>,
}

#[async_trait::async_trait]
impl Mailer for Refusing {
    async fn send(&self, mail: &Outgoing) -> Outcome {
        if self.refused.contains(&mail.to) {
            return Outcome::Rejected("550 5.1.1 no such user".to_owned());
        }
        self.relay.send(mail).await
    }
}

/// Phrases that the mail to an address with this id must contain.
type Promise = (String, String, Vec<String>);

/// A scenario that is being lived.
pub(super) struct World {
    lived: Lived,
    /// The sender's domain, unique to this world: it tells our mails from others' at the server.
    domain: String,
    reminders: Vec<ReminderConfig>,
    clock: Arc<SetClock>,
    scanner: Scanner,
    deliverer: Deliverer,
    dataall: Dataall,
    promises: Vec<Promise>,
    _store: Database,
}

impl World {
    pub(super) async fn new(
        scenario: Scenario,
        name: &str,
        source: Database,
        store: Database,
        plugins: &Arc<Registry>,
    ) -> Self {
        let dataall = scenario.load(source).await;
        let domain = format!("{}.{name}-{}.test", scenario.id.to_lowercase(), std::process::id());
        let memory = Arc::new(SqlStore::connect(&store.url()).await.expect("a store"));
        let clock = Arc::new(SetClock(Mutex::new(DateTime::UNIX_EPOCH)));
        let config = scenario.configured();
        let both = [ExpiryAction::Mark, ExpiryAction::Revoke];
        let scanner = Scanner {
            source: Arc::new(DataallSource::connect(&dataall.config()).await.expect("a source")),
            strategies: Arc::clone(plugins) as _,
            actions: Some(Arc::new(DataallActions::connect(&dataall.config(), &both).await.expect("writable tables"))),
            on_expiry: config.expiry(),
            directory: Arc::new(scenario.directory()),
            preferences: config.preferences,
            brake: config.brake,
            links: config.source.links,
            ..nudged_tests::scanner(Arc::clone(&memory) as _, Arc::clone(&clock) as _)
        };
        let deliverer = deliverer(&scenario, &domain, memory, Arc::clone(&clock), plugins);
        let reminders = config.reminders.into_values().filter(|reminder| reminder.active).collect();
        let lived = Lived::new(scenario);
        Self { lived, domain, reminders, clock, scanner, deliverer, dataall, promises: Vec::new(), _store: store }
    }

    /// All runs of the scenario, each followed by a delivery.
    pub(super) async fn live(mut self) -> Lived {
        let expect = self.lived.scenario().expect.clone();
        for (number, run) in (1..).zip(&expect.runs) {
            self.run(&format!("run {number}"), run).await;
        }
        self.read_mails();
        self.lived.compare();
        self.lived
    }

    async fn run(&mut self, which: &str, run: &Run) {
        *self.clock.0.lock().expect("nobody panicked") = run.now;
        for change in &run.meanwhile {
            self.dataall.apply(change).await;
        }
        let before = self.dataall.snapshot().await;
        let reminders: Vec<_> = self.reminders.iter().collect();
        let report = self.scanner.scan(&reminders, run.now, Writing::Outbox).await.expect("the scan ends");
        let changes = before.until(&self.dataall.snapshot().await);
        self.check_problems(which, &report);
        self.lived.same(&format!("{which}, kept"), &kept(&report), &run.kept);
        self.lived.same(&format!("{which}, actions"), &actions(&report), &run.actions);
        self.check_changes(which, &changes, run);
        let mails = self.deliver(&report).await;
        self.check_told(which, &mails, &run.told);
        self.lived.add(mails);
    }

    /// Delivers what is due; answers with what the relay accepted.
    async fn deliver(&mut self, report: &Report) -> Vec<Mail> {
        let mut mails = Vec::new();
        let mut wrong = Vec::new();
        let refused = &self.lived.scenario().refused;
        let deliveries = self.deliverer.once(|delivery| {
            let to = &delivery.notification.recipient;
            let expected = if refused.contains(to) { "rejected" } else { "delivered" };
            if delivery.outcome != expected {
                wrong.push(format!("delivery to {to}: {} ({})", delivery.outcome, delivery.detail));
            }
            if delivery.outcome == "delivered" {
                let (to, id) = (to.clone(), delivery.notification.id.to_string());
                mails.push(Mail { to, items: items(&delivery.notification, report), id });
            }
        });
        deliveries.await.expect("the outbox can be read");
        wrong.into_iter().for_each(|text| self.lived.complain(text));
        mails
    }

    fn check_told(&mut self, which: &str, mails: &[Mail], expected: &[Told]) {
        let mut should = Vec::new();
        for told in expected {
            let mut items = told.items.clone();
            items.sort();
            should.extend(told.to.iter().map(|to| (to.clone(), items.clone())));
            let same = |mail: &&Mail| told.to.contains(&mail.to) && mail.items == items;
            let promise = |mail: &Mail| (mail.to.clone(), mail.id.clone(), told.says.clone());
            self.promises.extend(mails.iter().filter(same).map(promise));
        }
        let is: Vec<_> = mails.iter().map(|mail| (mail.to.clone(), mail.items.clone())).collect();
        self.lived.same(&format!("{which}, told"), &is, &should);
    }

    fn check_problems(&mut self, which: &str, report: &Report) {
        let expected = if self.reminders.is_empty() { &[][..] } else { &self.lived.scenario().expect.problems };
        let missing = expected.iter().find(|trouble| {
            !report.problems.iter().any(|problem| {
                problem.item.as_ref().is_some_and(|item| item.as_str() == trouble.item)
                    && problem.text.contains(&trouble.names)
            })
        });
        if report.problems.len() != expected.len() || missing.is_some() {
            let text = format!("{which}, problems: {:?}, but {missing:?} is missing", report.problems);
            self.lived.complain(text);
        }
    }

    fn check_changes(&mut self, which: &str, changes: &Changes, run: &Run) {
        self.lived.same(&format!("{which}, rows changed"), &changes.changed, &run.changed);
        self.lived.same(&format!("{which}, rows gone"), &changes.gone, &[]);
        let holds = |added: &AddedRow, expected: &AddedRow| {
            added.table == expected.table && expected.row.iter().all(|(column, value)| added.row[column] == *value)
        };
        let missing = run.added.iter().find(|row| changes.added.iter().filter(|added| holds(added, row)).count() != 1);
        if changes.added.len() != run.added.len() || missing.is_some() {
            self.lived.complain(format!("{which}, rows added: {:?}, but {missing:?} is missing", changes.added));
        }
    }

    /// Every mail that was delivered is at the server, and says what it must.
    fn read_mails(&mut self) {
        let mailbox = Mailbox::of(&self.domain);
        let sent = self.lived.mails().len();
        if mailbox.len() != sent {
            self.lived.complain(format!("{} mails at the server, not {sent}", mailbox.len()));
        }
        for (to, id, phrases) in std::mem::take(&mut self.promises) {
            let Some(text) = mailbox.text(&to, &id, &self.domain) else {
                self.lived.complain(format!("the mail {id} to {to} is not at the server"));
                continue;
            };
            for phrase in phrases.iter().filter(|phrase| !text.contains(phrase.as_str())) {
                self.lived.complain(format!("the mail to {to} does not say \"{phrase}\": {text}"));
            }
        }
    }
}

/// What a notification is about: its verdicts know the reasons; a notice of an action has none.
fn items(notification: &nudged::model::Notification, report: &Report) -> Vec<ItemTold> {
    let verdicts = report.verdicts.iter().filter(|verdict| verdict.notification.as_ref() == Some(&notification.id));
    let mut items: Vec<_> = verdicts
        .map(|verdict| ItemTold {
            item: verdict.item.to_string(),
            reason: verdict.reason.clone(),
            ordinal: verdict.ordinal,
        })
        .collect();
    if items.is_empty() {
        let done = |one: &nudged::model::Reminder| ItemTold {
            item: one.item.clone(),
            reason: "done".to_owned(),
            ordinal: one.ordinal,
        };
        items = notification.reminders.iter().map(done).collect();
    }
    assert_eq!(items.len(), notification.reminders.len(), "{notification:?}");
    items.sort();
    items
}

fn kept(report: &Report) -> Vec<Kept> {
    let kept = report.verdicts.iter().filter(|verdict| verdict.decision.word() != "send");
    let kept: BTreeSet<_> = kept
        .map(|verdict| Kept {
            item: verdict.item.to_string(),
            reason: verdict.reason.clone(),
            verdict: verdict.decision.word().to_owned(),
            code: verdict.code.to_string(),
        })
        .collect();
    kept.into_iter().collect()
}

fn actions(report: &Report) -> Vec<ActionLine> {
    let line = |done: &nudged::pipeline::ActionReport| ActionLine {
        item: done.item.to_string(),
        action: done.action.as_str().to_owned(),
        code: done.code.clone(),
        applied: done.applied,
    };
    report.actions.iter().map(line).collect()
}

fn deliverer(
    scenario: &Scenario,
    domain: &str,
    store: Arc<SqlStore>,
    clock: Arc<SetClock>,
    registry: &Arc<Registry>,
) -> Deliverer {
    let transport = smtp(&format!("smtp://{}", smtp_address()));
    let relay = LettreMailer::new(&MailConfig { from: format!("nudged@{domain}"), transport, ca_file: None })
        .expect("a mailer");
    let mailer: Arc<dyn Mailer> = Arc::new(Refusing { relay, refused: scenario.refused.clone() });
    let ways = Ways { parameters: serde_json::json!({}), mailer: Some(mailer), ..Ways::default() };
    let channels = HashMap::from([("email".to_owned(), ("email".to_owned(), ways))]);
    Deliverer {
        store,
        routes: Arc::new(ChannelRoutes { registry: Arc::clone(registry), channels }),
        clock,
        config: DeliveryConfig::default(),
        lanes: BTreeMap::new(),
        recheck: None,
        holder: domain.to_owned(),
    }
}

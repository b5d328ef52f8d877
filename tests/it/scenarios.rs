//! Every scenario through the whole daemon's way: data.all's rows in, mails at a real SMTP server out.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use chrono::DateTime;
use nudged::{
    clock::Clock,
    config::{
        DeliveryConfig, Limits, Links, MailConfig, MailTransport, PluginsConfig, ReminderConfig, Secret, TlsMode,
    },
    model::{Decision, Instant, Outcome},
    net::{LettreMailer, Mail, Mailer},
    pipeline::{ChannelRoutes, Deliverer, Report, Scanner, Writing},
    plugin::{PluginEngine, Registry, Ways},
    source::DataallSource,
    store::{SqlStore, Store},
};
use nudged_tests::{Database, Run, Scenario, Told, ToldShare, plugins_folder, smtp_address, smtp_folder};

#[tokio::test]
async fn every_scenario_comes_out_as_it_should_on_sqlite() {
    let plugins = registry().await;
    for scenario in Scenario::all() {
        World::new(scenario, "sqlite", Database::fresh_sqlite(), Database::fresh_sqlite(), &plugins).await.live().await;
    }
}

#[tokio::test]
async fn every_scenario_comes_out_as_it_should_on_postgres() {
    let plugins = registry().await;
    for scenario in Scenario::all() {
        let (source, store) = (Database::fresh_postgres().await, Database::fresh_postgres().await);
        World::new(scenario, "postgres", source, store, &plugins).await.live().await;
    }
}

async fn registry() -> Arc<Registry> {
    let config = PluginsConfig { directory: plugins_folder(), cache: "unused".into(), limits: Limits::default() };
    let engine = PluginEngine::new(&config.limits).expect("the engine starts");
    let registry = Registry::new(engine, &config, false);
    registry.rescan().await.expect("the folder is there");
    assert_eq!(registry.refusals(), []);
    Arc::new(registry)
}

/// A clock that a scenario sets.
struct SetClock(std::sync::Mutex<Instant>);

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
    async fn send(&self, mail: &Mail) -> Outcome {
        if self.refused.contains(&mail.to) {
            return Outcome::Rejected("550 5.1.1 no such user".to_owned());
        }
        self.relay.send(mail).await
    }
}

/// One scenario with everything around it.
struct World {
    scenario: Scenario,
    title: String,
    /// The sender's domain, unique to this world: it tells our mails from others' at the server.
    domain: String,
    reminder: ReminderConfig,
    clock: Arc<SetClock>,
    scanner: Scanner,
    deliverer: Deliverer,
    _databases: (nudged_tests::Dataall, Database),
}

impl World {
    async fn new(scenario: Scenario, name: &str, source: Database, store: Database, plugins: &Arc<Registry>) -> Self {
        let dataall = scenario.load(source).await;
        let domain = format!("{}.{name}-{}.test", scenario.id.to_lowercase(), std::process::id());
        let memory: Arc<dyn Store> = Arc::new(SqlStore::connect(&store.url()).await.expect("a store"));
        let clock = Arc::new(SetClock(DateTime::UNIX_EPOCH.into()));
        let scanner = Scanner {
            source: Arc::new(DataallSource::connect(&dataall.config()).await.expect("a source")),
            strategies: Arc::clone(plugins) as _,
            directory: Arc::new(scenario.directory()),
            links: Links { share: Some("https://dataall.test/console/shares/{uri}".to_owned()), ..Links::default() },
            ..nudged_tests::scanner(Arc::clone(&memory), Arc::clone(&clock) as _)
        };
        let deliverer = deliverer(&scenario, &domain, memory, Arc::clone(&clock), plugins);
        let title = format!("{}: {} ({name})", scenario.id, scenario.title);
        let reminder = reminder(&scenario);
        Self { scenario, title, domain, reminder, clock, scanner, deliverer, _databases: (dataall, store) }
    }

    /// All runs of the scenario, each followed by a delivery.
    async fn live(self) {
        let mut sent = 0;
        for run in &self.scenario.expect.runs {
            *self.clock.0.lock().expect("nobody panicked") = run.now;
            let reminders: Vec<_> = [&self.reminder].into_iter().filter(|reminder| reminder.active).collect();
            let report = self.scanner.scan(&reminders, run.now, Writing::Outbox).await.expect("the scan ends");
            self.check_problems(&report);
            self.check_held(run, &report);
            let told = self.deliver().await;
            sent += told.len();
            assert_eq!(told, run.told, "{}", self.title);
        }
        assert_eq!(self.at_the_server(), sent, "{}: mails at the server", self.title);
    }

    /// Delivers what is due; what the relay accepted, by recipient.
    async fn deliver(&self) -> Vec<Told> {
        let mut told = BTreeMap::new();
        let deliveries = self.deliverer.once(|delivery| {
            let notification = &delivery.notification;
            let refused = self.scenario.config.refused.contains(&notification.recipient);
            assert_eq!(delivery.outcome, if refused { "rejected" } else { "delivered" }, "{}", self.title);
            if refused {
                return;
            }
            let mut shares: Vec<_> = notification.reminders.iter().map(told_share).collect();
            shares.sort_by(|a, b| a.uri.cmp(&b.uri));
            let before = told.insert(notification.recipient.clone(), shares);
            assert_eq!(before, None, "{}: {} got two mails", self.title, notification.recipient);
        });
        deliveries.await.expect("the outbox can be read");
        told.into_iter().map(|(to, shares)| Told { to, shares }).collect()
    }

    fn check_problems(&self, report: &Report) {
        if !self.reminder.active {
            assert_eq!(report.problems, [], "{}", self.title);
            return;
        }
        let expected = &self.scenario.expect.problems;
        assert_eq!(report.problems.len(), expected.len(), "{}: {:?}", self.title, report.problems);
        for trouble in expected {
            let found = report.problems.iter().any(|problem| {
                problem.item.as_ref().is_some_and(|item| item.as_str() == trouble.item)
                    && problem.text.contains(&trouble.names)
            });
            assert!(found, "{}: {trouble:?} is not among {:?}", self.title, report.problems);
        }
    }

    fn check_held(&self, run: &Run, report: &Report) {
        let held: BTreeSet<_> = report
            .verdicts
            .iter()
            .filter(|verdict| verdict.recipient.is_none() && matches!(verdict.decision, Decision::Hold(_)))
            .map(|verdict| (verdict.item.to_string(), verdict.code.to_string()))
            .collect();
        let expected: BTreeSet<_> =
            run.held.iter().map(|held| (format!("share:{}", held.share), held.code.clone())).collect();
        assert_eq!(held, expected, "{}", self.title);
    }

    /// Mails of this world that the SMTP server has put into files.
    fn at_the_server(&self) -> usize {
        let files = std::fs::read_dir(smtp_folder()).expect("the server's folder");
        let sender = format!("nudged@{}", self.domain);
        let ours = |file: &std::path::Path| {
            let mail = std::fs::read(file).unwrap_or_default();
            String::from_utf8_lossy(&mail).lines().any(|line| line.starts_with("From: ") && line.contains(&sender))
        };
        files.filter(|file| ours(&file.as_ref().expect("an entry").path())).count()
    }
}

fn told_share(reminder: &nudged::model::Reminder) -> ToldShare {
    let uri = reminder.item.strip_prefix("share:").expect("a share").to_owned();
    ToldShare { uri, ordinal: reminder.ordinal }
}

/// Daily at 09:00, from the first day on, as often as it takes.
fn reminder(scenario: &Scenario) -> ReminderConfig {
    ReminderConfig { active: scenario.config.email, ..nudged_tests::reminder("pending-share") }
}

fn deliverer(
    scenario: &Scenario,
    domain: &str,
    store: Arc<dyn Store>,
    clock: Arc<SetClock>,
    registry: &Arc<Registry>,
) -> Deliverer {
    let url = Secret::new(format!("smtp://{}", smtp_address()));
    let transport = MailTransport::Smtp { url, tls: TlsMode::None };
    let relay = LettreMailer::new(&MailConfig { from: format!("nudged@{domain}"), transport }).expect("a mailer");
    let mailer: Arc<dyn Mailer> = Arc::new(Refusing { relay, refused: scenario.config.refused.clone() });
    let ways = Ways { parameters: serde_json::json!({}), mailer: Some(mailer) };
    let channels = HashMap::from([("email".to_owned(), ("email".to_owned(), ways))]);
    Deliverer {
        store,
        routes: Arc::new(ChannelRoutes { registry: Arc::clone(registry), channels }),
        clock,
        config: DeliveryConfig::default(),
        holder: domain.to_owned(),
    }
}

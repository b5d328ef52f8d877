//! Every scenario through the whole daemon's way: data.all's rows in, mails at a real SMTP server out, and what is done
//! to data.all. `cargo test … scenarios:: -- --nocapture` shows a table of who is told and whom data.all would tell.

mod lived;
mod mailbox;
mod world;

use std::sync::Arc;

use nudged::{
    clock::SystemClock,
    config::PluginsConfig,
    plugin::{PluginEngine, Registry},
};
use nudged_tests::{Database, Scenario, code_cache, compiler, plugins_folder};

use self::{
    lived::{Lived, table},
    world::World,
};

#[tokio::test]
async fn every_scenario_comes_out_as_it_should_on_sqlite() {
    let plugins = registry().await;
    let mut lived = Vec::new();
    for scenario in Scenario::all() {
        let (source, store) = (Database::fresh_sqlite(), Database::fresh_sqlite());
        lived.push(World::new(scenario, "sqlite", source, store, &plugins).await.live().await);
    }
    judge("SQLite", &lived);
}

#[tokio::test]
async fn every_scenario_comes_out_as_it_should_on_postgres() {
    let plugins = registry().await;
    let mut lived = Vec::new();
    for scenario in Scenario::all() {
        let (source, store) = (Database::fresh_postgres().await, Database::fresh_postgres().await);
        lived.push(World::new(scenario, "postgres", source, store, &plugins).await.live().await);
    }
    judge("PostgreSQL", &lived);
}

async fn registry() -> Arc<Registry> {
    let config = PluginsConfig { directory: plugins_folder(), cache: code_cache(), ..PluginsConfig::default() };
    let engine = PluginEngine::new(&config, compiler()).expect("the engine starts");
    let registry = Registry::new(engine, &config, true, Arc::new(SystemClock));
    registry.rescan().await.expect("the folder is there");
    assert_eq!(registry.refusals(), []);
    Arc::new(registry)
}

/// Shows all, and fails if any did not come out as it should.
fn judge(database: &str, lived: &[Lived]) {
    println!("{}", table(database, lived));
    let wrong: Vec<_> = lived.iter().flat_map(Lived::complaints).map(String::as_str).collect();
    assert!(wrong.is_empty(), "on {database}:\n{}", wrong.join("\n"));
}

//! What the integration tests stand on: fresh databases, plugins folders and the scenario fixtures.

mod dataall;
mod database;
mod env;
mod plugins;
mod scenario;

pub use dataall::Dataall;
pub use database::Database;
pub use env::{guests_folder, plugins_folder, postgres_url, smtp_address, smtp_folder};
pub use plugins::{PluginsFolder, batch, context, guest, marked, notification, plugin, share};
pub use scenario::{Expect, Facts, Held, Run, Scenario, ShareRow, Told, ToldShare, Trouble};

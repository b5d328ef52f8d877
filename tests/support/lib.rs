//! What the integration tests stand on: fresh databases and the scenario fixtures.

mod dataall;
mod database;
mod env;
mod scenario;

pub use dataall::Dataall;
pub use database::Database;
pub use env::{plugins_folder, postgres_url, smtp_address, smtp_folder};
pub use scenario::{Expect, Facts, Held, Run, Scenario, ShareRow, Told, ToldShare, Trouble};

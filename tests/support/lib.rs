//! What the integration tests stand on: fresh databases and the scenario fixtures.

mod dataall;
mod database;
mod scenario;

pub use dataall::Dataall;
pub use database::{Database, postgres_url};
pub use scenario::{Expect, Facts, Held, Run, Scenario, ShareRow, Told, ToldShare, Trouble};

//! What the integration tests stand on: fresh databases, the scenario fixtures, an SMTP server that misbehaves, and the
//! parts of the daemon, in this process or as a process of their own.

mod clock;
mod dataall;
mod database;
mod parts;
mod process;
mod scenario;
mod smtp;
mod smtp_session;

pub use clock::{HandClock, RunningClock, at};
pub use dataall::Dataall;
pub use database::{Database, postgres_url};
pub use parts::{Office, Plan, code_cache, given, guest, lay, notice, notice_over, plugin, smtp, smtp_with};
pub use process::{Done, Home, NOW, Process};
pub use scenario::{Expect, Facts, Held, Run, Scenario, ShareRow, Told, ToldShare, Trouble};
pub use smtp::{Act, DEADLINE, Manner, Record, Relay, Stage, Taken};

//! What the integration tests stand on: fresh databases, plugins folders, the scenario fixtures, an SMTP server that
//! misbehaves, an HTTP server that does, and the parts of the daemon, in this process or as a process of their own.

mod api;
mod author;
mod authority;
mod clock;
mod dataall;
mod dataall_today;
mod database;
mod desk;
mod doubles;
mod env;
mod hand;
pub mod handmade;
mod home;
mod http;
mod http_session;
mod log;
mod means;
mod metrics;
mod outbox;
mod parts;
mod plugins;
mod post;
mod process;
mod proxy;
mod reminder;
mod rig;
mod roster;
mod scenario;
mod script;
mod smtp;
mod smtp_session;
mod snapshot;

pub use self::metrics::{Family, Metrics};
pub use api::{Answer, Api};
pub use author::{Author, authors_cache};
pub use authority::Authority;
pub use clock::{HandClock, RunningClock, at};
pub use dataall::Dataall;
pub use dataall_today::{DataallToday, TodayMail, TodayShare, TodayTask};
pub use database::Database;
pub use desk::{admit, tools_are_required, without_tools};
pub use doubles::{FindsEach, Shares};
pub use env::{
    binary, compiler, guest_file, guests_folder, plugin_file, plugins_folder, postgres_url, smtp_address, smtp_folder,
    times,
};
pub use hand::{Fate, Hand};
pub use home::{Done, Home, NOW};
pub use http::{Heard, Received, Recorder, Reply, Way};
pub use log::Log;
pub use means::Means;
pub use outbox::{attempt, end, take};
pub use parts::{Office, Plan, code_cache, lay, notice, notice_about, notice_over, smtp, smtp_with};
pub use plugins::{PluginsFolder, batch, context, digest, generation, guest, marked, notification, plugin, share};
pub use post::Post;
pub use process::Process;
pub use proxy::Proxy;
pub use reminder::{reminder, scanner};
pub use rig::{Rig, main_reminder, told, verdicts};
pub use roster::Roster;
pub use scenario::{
    ActionLine, AddedRow, Audience, Better, Expect, ItemTold, Kept, Meanwhile, Run, Scenario, ShareRow, StateLine,
    TableRow, Told, Trouble,
};
pub use script::{Script, finding};
pub use smtp::{Act, DEADLINE, Manner, Record, Relay, Stage, Taken};
pub use snapshot::{Changes, Snapshot};

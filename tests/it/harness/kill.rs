//! Killing a daemon at one place.

use nudged_tests::{Act, Process, Reply, Stage};
use rustix::process::Signal;

use super::{World, table::Repeats};

/// Where a daemon is killed.
#[derive(Clone, Copy)]
pub(super) enum At {
    /// At a named point of the host.
    Point(&'static str),
    /// At a named point, as it starts: there need not be anything to do.
    Start(&'static str),
    /// At a named point, while it scans: there has to be something new to be found.
    Scan(&'static str),
    /// At a named point, after it was told to read its configuration again.
    Reload(&'static str),
    /// While the relay makes it wait.
    Mail(Stage),
    /// While the HTTP server has its request and makes it wait.
    Request,
}

/// A line of the table.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) at: At,
    /// Whether the other side takes nothing until the daemon is dead, so that whatever is under way cannot arrive.
    pub(super) shut: bool,
    pub(super) repeats: Repeats,
}

impl Place {
    /// Its name in the table.
    pub(super) fn name(&self) -> String {
        match self.at {
            At::Point(point) | At::Start(point) | At::Scan(point) | At::Reload(point) => point.to_owned(),
            At::Mail(stage) => format!("relay holds {stage:?}"),
            At::Request => "HTTP server holds".to_owned(),
        }
    }

    /// Kills one daemon there, the n-th of its test.
    pub(super) async fn kill(&self, world: &mut World, n: usize) {
        match self.at {
            At::Start(_) => {}
            At::Scan(_) => world.add_work().await,
            _ => world.add_work_below(4).await,
        }
        if self.shut {
            world.shut();
        }
        match self.at {
            At::Point(point) => died(world.daemon(Some(format!("{point}#{}", n % 3 + 1)))).await,
            At::Start(point) | At::Scan(point) => died(world.daemon(Some(point.to_owned()))).await,
            At::Reload(point) => reload(world, point, n).await,
            At::Mail(stage) => hold_mail(world, stage).await,
            At::Request => hold_request(world).await,
        }
        world.open();
        world.relay.until("nobody is held", |record| record.held == 0).await;
        world.bury_all_but(&[]).await;
    }
}

/// Waits until a daemon has killed itself.
async fn died(daemon: Process) {
    let (log, end) = (daemon.reader(), daemon.end().await);
    assert_eq!(end, None, "it was to be killed:\n{}", *log.borrow());
}

/// By a signal and by another file in turns.
async fn reload(world: &mut World, point: &str, n: usize) {
    let daemon = world.daemon(Some(point.to_owned()));
    daemon.until("ready").await;
    if n.is_multiple_of(2) {
        daemon.signal(Signal::HUP);
    } else {
        world.home.configure(|config| config["delivery"]["max_age"] = format!("{}d", 3 + n).into());
    }
    died(daemon).await;
}

async fn hold_mail(world: &World, stage: Stage) {
    world.relay.on(stage, Act::Hold);
    let daemon = world.daemon(None);
    world.relay.until_held().await;
    daemon.kill().await;
}

async fn hold_request(world: &World) {
    world.recorder.always(Reply::says(200, "taken").held());
    let daemon = world.daemon(None);
    world.recorder.until_held().await;
    daemon.kill().await;
    world.open();
    world.recorder.until("nobody is held", |heard| heard.held == 0).await;
}

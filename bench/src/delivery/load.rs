//! One delivery of a full outbox, from the start of `nudged deliver --once` to its end.

use anyhow::Result;
use nudged::model::Notification;
use serde_json::{Value, json};

use super::{
    child::Took,
    home::Home,
    outbox,
    place::{Kind, Place},
};
use crate::bench::Bench;

/// What is delivered, and how.
pub(crate) struct Load<'b> {
    pub(crate) bench: &'b Bench,
    /// What every notice is like.
    pub(crate) notice: &'b Notification,
    /// The channel's name.
    pub(crate) name: &'static str,
    /// The channel, but for its connections.
    pub(crate) channel: Value,
    /// What else is to be configured.
    pub(crate) more: Value,
}

/// What one delivery took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sent {
    /// Notices in it.
    pub(crate) count: usize,
    /// All of it.
    pub(crate) all: Took,
    /// The same with an empty outbox, straight after: to start and to end.
    pub(crate) idle: Took,
}

impl Sent {
    /// Notices a second, once it has started.
    pub(crate) fn rate(&self) -> f64 {
        self.count as f64 / (self.all.wall - self.idle.wall.min(self.all.wall)).as_secs_f64()
    }

    /// Time on a processor for a notice, in seconds.
    pub(crate) fn cpu(&self) -> f64 {
        self.all.cpu.saturating_sub(self.idle.cpu).as_secs_f64() / self.count as f64
    }
}

impl Load<'_> {
    /// Fills a fresh outbox and empties it over so many connections.
    ///
    /// # Errors
    /// If anything fails, or was not delivered.
    pub(crate) async fn run(&self, kind: Kind, connections: usize, count: usize) -> Result<Sent> {
        let place = Place::fresh(self.bench, kind).await?;
        let mut channel = self.channel.clone();
        channel["concurrency"] = json!(connections);
        let mut more = self.more.clone();
        more["plugins"]["limits"] = json!({ "instances": connections });
        let home = Home::new(self.bench, &place.written, &json!({ self.name: channel }), &more)?;
        home.sample().await?;
        outbox::fill(&place.url, self.notice, self.name, count).await?;
        let all = home.nudged(&["deliver", "--once"]).await?;
        outbox::all_delivered(&place.url).await?;
        let idle = home.nudged(&["deliver", "--once"]).await?;
        Ok(Sent { count, all, idle })
    }
}

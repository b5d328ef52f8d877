//! A long queue, once: whether it goes as fast, and in what memory.

use anyhow::Result;

use super::{CONNECTIONS, load::Load, place::Kind};
use crate::{
    sample::{Sample, Unit},
    section::{Figure, Section},
};

/// Drains so many queued notices from each store.
pub(super) async fn measure(load: &Load<'_>, count: usize, section: &mut Section) -> Result<()> {
    let [connections, _] = CONNECTIONS;
    for kind in Kind::ALL {
        eprintln!("delivery: {count} queued mails, {kind}");
        let sent = load.run(kind, connections, count).await?;
        let (wall, memory) = (sent.all.wall.as_secs_f64(), sent.all.memory as f64);
        let what = format!("{count} queued mails from {kind}, {connections} connections");
        section.figures.push(Figure::alone(format!("{what}: time"), Sample::new(Unit::Seconds, [wall])));
        section.figures.push(Figure::alone(format!("{what}: peak memory"), Sample::new(Unit::Bytes, [memory])));
    }
    Ok(())
}

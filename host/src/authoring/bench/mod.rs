//! What a plugin's calls take, measured so that figures can be compared.

mod budget;
mod load;
mod made_up;
mod spread;

use std::path::Path;

use anyhow::bail;

pub use self::{
    budget::{Held, held},
    load::{From, Load},
    spread::Spread,
};
use crate::{
    model::Manifest,
    pipeline::BATCH,
    plugin::{Took, Workbench},
};

/// Rounds before those that count.
pub const WARM_UP: usize = 2;

/// Most calls of one size in one round.
pub const CALLS: usize = 32;

/// How often the component is loaded anew for its first call.
pub const LOADS: usize = 5;

/// What was measured.
#[derive(Debug, Default)]
pub struct Figures {
    /// Milliseconds of the first call after the component was loaded, for one item.
    pub first_call_millis: Spread,
    /// What a call takes, for each size of a batch.
    pub batches: Vec<Batch>,
    /// Bytes of memory that one more item takes; `None` for a channel.
    pub item_bytes: Option<f64>,
    /// Calls that failed; their time does not count.
    pub faults: usize,
    /// What the first of them failed with.
    pub first_fault: Option<String>,
}

/// Calls with batches of one size.
#[derive(Debug)]
pub struct Batch {
    /// Items in a call.
    pub size: usize,
    /// Microseconds of a call.
    pub call_micros: Spread,
    /// The most bytes that a call held.
    pub memory: usize,
}

impl Figures {
    /// Microseconds of one item in the largest batch.
    pub fn item_micros(&self) -> Option<f64> {
        self.batches.last().map(|batch| batch.call_micros.median / batch.size as f64)
    }

    /// Counts a fault; gives the call's time otherwise.
    fn counted(&mut self, took: &Took) -> Option<f64> {
        match &took.fault {
            None => Some(took.wall.as_secs_f64() * 1e6),
            Some(fault) => {
                self.faults += 1;
                self.first_fault.get_or_insert_with(|| fault.clone());
                None
            }
        }
    }
}

/// The sizes of the batches that are measured: one, the daemon's own, and one between them. A channel has no batches.
fn sizes(load: &Load) -> &'static [usize] {
    match load {
        Load::Items { .. } => &[1, 16, BATCH],
        Load::Sending(_) => &[1],
    }
}

/// Measures the component: so many rounds for each size, one call at a time.
///
/// # Errors
/// If it is refused, or every call fails.
pub async fn bench(
    workbench: &Workbench,
    component: &Path,
    load: &Load,
    rounds: usize,
) -> anyhow::Result<(Manifest, Figures)> {
    let mut figures = Figures::default();
    let mut first = Vec::new();
    for _ in 0..LOADS {
        let admission = workbench.admission(workbench.look(component).await)?;
        let took = load.call(workbench, &admission, 1, 0).await;
        first.extend(figures.counted(&took).map(|micros| micros / 1e3));
    }
    let admission = workbench.admission(workbench.look(component).await)?;
    for &size in sizes(load) {
        let (mut rounds_micros, mut memory) = (Vec::new(), 0);
        for round in 0..WARM_UP + rounds {
            let mut micros = Vec::new();
            for call in 0..load.calls(size) {
                let took = load.call(workbench, &admission, size, call).await;
                memory = memory.max(took.memory);
                micros.extend(figures.counted(&took));
            }
            if round >= WARM_UP && !micros.is_empty() {
                rounds_micros.push(micros.iter().sum::<f64>() / micros.len() as f64);
            }
        }
        figures.batches.extend(Spread::of(rounds_micros).map(|call_micros| Batch { size, call_micros, memory }));
    }
    let (Some(first), false) = (Spread::of(first), figures.batches.is_empty()) else {
        bail!("every call failed: {}", figures.first_fault.unwrap_or_default());
    };
    figures.first_call_millis = first;
    figures.item_bytes = item_bytes(&figures.batches);
    Ok((admission.manifest, figures))
}

/// What each item beyond the first takes of memory, which is had in whole pages.
fn item_bytes(batches: &[Batch]) -> Option<f64> {
    let [one, .., many] = batches else { return None };
    Some(many.memory.saturating_sub(one.memory) as f64 / (many.size - one.size) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(size: usize, micros: f64, memory: usize) -> Batch {
        Batch { size, call_micros: Spread { median: micros, p10: micros, p90: micros }, memory }
    }

    #[test]
    fn an_items_share_is_of_the_largest_batch_and_its_memory_what_it_adds() {
        let batches = vec![batch(1, 10.0, 65_536), batch(16, 30.0, 65_536), batch(256, 512.0, 65_536 + 25_500)];
        let figures = Figures { item_bytes: item_bytes(&batches), batches, ..Figures::default() };
        assert_eq!((figures.item_micros(), figures.item_bytes), (Some(2.0), Some(100.0)));
        assert_eq!(item_bytes(&[batch(1, 1.0, 9)]), None);
    }

    #[test]
    fn the_time_of_a_call_that_failed_does_not_count() {
        let mut figures = Figures::default();
        let took = |fault: Option<&str>| Took {
            wall: std::time::Duration::from_micros(7),
            memory: 1,
            fault: fault.map(str::to_owned),
        };
        assert_eq!(figures.counted(&took(None)), Some(7.0));
        assert_eq!([figures.counted(&took(Some("first"))), figures.counted(&took(Some("second")))], [None, None]);
        assert_eq!((figures.faults, figures.first_fault.as_deref()), (2, Some("first")));
    }
}

//! Not measured yet.

use anyhow::{Result, bail};

use crate::{bench::Bench, section::Section};

pub(crate) async fn measure(_: &Bench) -> Result<Section> {
    bail!("not measured yet")
}

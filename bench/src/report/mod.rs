//! Not written yet.

use std::path::Path;

use anyhow::{Result, bail};

pub(crate) fn write(_: &Path) -> Result<()> {
    bail!("not written yet")
}

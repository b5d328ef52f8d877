//! How fast the disk is that durable outboxes wait for.

use std::{
    fs::File,
    io::{Seek, Write},
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Result;

/// How long it is tried.
const WHILE: Duration = Duration::from_secs(2);

/// As much as a database writes at least.
const PAGE: [u8; 4096] = [7; 4096];

/// How often a page in a file can be overwritten and synced, one after the other, in a second.
///
/// # Errors
/// If the folder cannot be written.
pub(crate) fn syncs(folder: &Path) -> Result<f64> {
    let mut file = tempfile::tempfile_in(folder)?;
    write(&mut file)?;
    let (began, mut count) = (Instant::now(), 0.0);
    while began.elapsed() < WHILE {
        write(&mut file)?;
        count += 1.0;
    }
    Ok(count / began.elapsed().as_secs_f64())
}

fn write(file: &mut File) -> Result<()> {
    file.rewind()?;
    file.write_all(&PAGE)?;
    file.sync_data()?;
    Ok(())
}

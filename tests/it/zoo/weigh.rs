//! What a guest has the host take: the peak memory of a whole `nudged scan` with it.

use std::{fs, time::Duration};

use nudged_tests::{Home, NOW};
use serde_json::json;
use tokio::time::{sleep, timeout};

use super::{
    row::{Body, Row},
    stage::bytes,
};

/// How often the peak is read: it only ever grows, so that what is missed is the last moment's.
const LOOK: Duration = Duration::from_millis(2);

/// A scan has to end within this, whatever its plugins do.
const PATIENCE: Duration = Duration::from_secs(100);

/// Most that a scan may take, in MiB: what one without the guest takes, the guest's memory and what it hands over, with
/// room to spare.
const MOST: u64 = 640;

/// In MiB.
pub(super) async fn peak(name: &str, row: &Row) -> u64 {
    assert!(!matches!(row.body, Body::File(_)), "{name} weighs nothing");
    let bytes = bytes(name, row).remove(0);
    let mut home = Home::new("smtp://127.0.0.1:9").await;
    fs::write(home.path("plugins/candidate.wasm"), bytes).expect("a plugin");
    if !row.end.is_refusal() {
        let plugin = if matches!(row.body, Body::Built) { name } else { "by-hand" };
        home.configure(|config| {
            config["reminders"]["bad"] = config["reminders"]["pending-share"].clone();
            config["reminders"]["bad"]["strategy"] = json!(plugin);
        });
    }
    let mut child = home.command(&["scan", "--dry-run", "--now", NOW]);
    let mut child =
        child.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().expect("starts");
    let id = child.id().expect("it runs");
    let mut peak = 0;
    let ended = timeout(PATIENCE, async {
        loop {
            if let Some(status) = child.try_wait().expect("our child") {
                return status.code();
            }
            peak = peak.max(high_water(id).unwrap_or_default());
            sleep(LOOK).await;
        }
    });
    let code = ended.await.unwrap_or_else(|_| panic!("{name}: the scan does not end"));
    assert!(matches!(code, Some(0 | 1)), "{name}: the scan ended with {code:?}");
    assert!((1..MOST).contains(&peak), "{name}: {peak} MiB");
    peak
}

/// The most that a process held in memory so far, in MiB.
fn high_water(id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kilobytes| kilobytes >> 10)
}

//! Guest components: the plugins, and the guests that only the tests load.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use nudged_toolchain::{
    rust::{TARGET, Toolchain, stripped},
    shell::Shell,
};

use crate::{files, paths::Paths};

/// The profile in the workspace's `Cargo.toml`.
const PROFILE: &str = "guest";
/// The package whose examples are the tests' guests.
const TEST_GUESTS: &str = "nudged-test-guests";

/// Builds plugins and test guests.
pub(crate) fn all(shell: &Shell, paths: &Paths) -> Result<()> {
    let toolchain = Toolchain::find(shell, &paths.target)?;
    plugins(shell, paths, &toolchain)?;
    test_guests(shell, paths, &toolchain)
}

/// Builds every folder of `plugins/` that is a package into `<target>/plugins/<name>.wasm`; answers with these files.
pub(crate) fn plugins(shell: &Shell, paths: &Paths, toolchain: &Toolchain) -> Result<Vec<PathBuf>> {
    let names = plugin_names(paths)?;
    let packages: Vec<&str> = names.iter().flat_map(|name| ["--package", name]).collect();
    build(shell, paths, toolchain, &packages)?;
    let built = names.iter().map(|name| (name.as_str(), format!("{}.wasm", name.replace('-', "_"))));
    collect(&output(paths), built, &paths.plugins())
        .context("every plugin needs a [lib] with crate-type = [\"cdylib\"] in its Cargo.toml")
}

/// Builds every `tests/guests/examples/<name>.rs` into `<target>/test-guests/<name>.wasm`.
fn test_guests(shell: &Shell, paths: &Paths, toolchain: &Toolchain) -> Result<()> {
    let names = stems(&paths.root.join("tests/guests/examples"), |file| file.extension() == Some(OsStr::new("rs")))?;
    if !names.is_empty() {
        build(shell, paths, toolchain, &["--package", TEST_GUESTS, "--examples"])?;
    }
    let built = names.iter().map(|name| (name.as_str(), format!("examples/{}.wasm", name.replace('-', "_"))));
    collect(&output(paths), built, &paths.test_guests())
        .context("every test guest needs an [[example]] with crate-type = [\"cdylib\"] in tests/guests/Cargo.toml")
        .map(drop)
}

fn plugin_names(paths: &Paths) -> Result<Vec<String>> {
    let names = stems(&paths.root.join("plugins"), |folder| folder.join("Cargo.toml").is_file())?;
    ensure!(!names.is_empty(), "there is no package under plugins/");
    Ok(names)
}

fn stems(folder: &Path, is_one: impl Fn(&Path) -> bool) -> Result<Vec<String>> {
    let files = files::entries(folder)?;
    Ok(files
        .iter()
        .filter(|file| is_one(file))
        .filter_map(|file| Some(file.file_stem()?.to_str()?.to_owned()))
        .collect())
}

fn build(shell: &Shell, paths: &Paths, toolchain: &Toolchain, what: &[&str]) -> Result<()> {
    let mut cargo = toolchain.cargo();
    cargo.args(["build", "--target", TARGET, "--profile", PROFILE, "--target-dir"]).arg(target_dir(paths));
    shell.run(cargo.args(what).current_dir(&paths.root))
}

/// Apart from the host's, so that neither build waits for the other or throws its work away.
fn target_dir(paths: &Paths) -> PathBuf {
    paths.target.join("guests")
}

fn output(paths: &Paths) -> PathBuf {
    target_dir(paths).join(TARGET).join(PROFILE)
}

/// Publishes what was built under the names that the host knows it by, without what only readers of its text need, and
/// removes what has no source any more.
fn collect<'a>(from: &Path, built: impl Iterator<Item = (&'a str, String)>, to: &Path) -> Result<Vec<PathBuf>> {
    let mut published = Vec::new();
    for (name, file) in built {
        let target = to.join(format!("{name}.wasm"));
        let file = from.join(file);
        let linked = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        files::put(&target, &stripped(&linked)?)?;
        published.push(target);
    }
    files::prune_wasm(to, &published)?;
    Ok(published)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A component without anything in it.
    const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";

    #[test]
    fn guests_are_published_by_name_and_those_without_a_source_are_removed() {
        let dir = tempfile::tempdir().unwrap();
        let (from, to) = (dir.path().join("from"), dir.path().join("to"));
        fs::create_dir_all(&from).unwrap();
        fs::create_dir_all(&to).unwrap();
        fs::write(from.join("pending_share.wasm"), EMPTY).unwrap();
        fs::write(to.join("gone.wasm"), "old").unwrap();
        fs::write(to.join("notes.txt"), "kept").unwrap();

        let built = [("pending-share", "pending_share.wasm".to_owned())];
        let published = collect(&from, built.into_iter(), &to).unwrap();

        assert_eq!(published, [to.join("pending-share.wasm")]);
        assert_eq!(files::entries(&to).unwrap(), [to.join("notes.txt"), to.join("pending-share.wasm")]);
        assert_eq!(fs::read(&published[0]).unwrap(), EMPTY);
    }

    #[test]
    fn a_guest_with_the_same_bytes_is_not_written_again() {
        let dir = tempfile::tempdir().unwrap();
        let (from, to) = (dir.path().join("a.wasm"), dir.path().join("b.wasm"));
        fs::write(&from, "same").unwrap();
        fs::write(&to, "same").unwrap();
        let before = fs::metadata(&to).unwrap().modified().unwrap();

        files::publish(&from, &to).unwrap();

        assert_eq!(fs::metadata(&to).unwrap().modified().unwrap(), before);
    }
}

//! JavaScript: the plugin's own `vendor/nudged/build.mjs`, run by Node.js once npm has installed what it needs.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, bail, ensure};
use nudged_toolchain::shell::Shell;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::source;
use crate::authoring::project::Project;

/// What the builder runs on, at least.
const NODE: u32 = 18;

/// Has npm install what is not there yet.
pub(super) fn install(shell: &Shell, project: &Project) -> anyhow::Result<()> {
    let folder = &project.folder;
    ensure!(
        folder.to_str().is_some(),
        "Node.js cannot build in {}, a path that is not UTF-8: rename the folder",
        folder.display()
    );
    look_for_node(shell)?;
    if is_installed(folder)? { Ok(()) } else { run_npm(shell, folder) }
}

/// Makes the component `out`.
pub(super) fn build(shell: &Shell, project: &Project, out: &Path) -> anyhow::Result<()> {
    let mut node = Command::new("node");
    node.arg("vendor/nudged/build.mjs").arg(project.world()).arg(format!("{}.js", source(project.kind))).arg(out);
    shell.read(node.current_dir(&project.folder))?;
    Ok(())
}

fn look_for_node(shell: &Shell) -> anyhow::Result<()> {
    let needed = || {
        format!(
            "a JavaScript plugin is built with Node.js {NODE} or later and npm: `apt-get install nodejs npm`, or https://nodejs.org"
        )
    };
    let version = shell.read(Command::new("node").arg("--version")).with_context(needed)?;
    match major(&version) {
        Some(major) if major >= NODE => Ok(()),
        _ => bail!("{}; `node` is {version}", needed()),
    }
}

/// `v20.1.0` is 20.
fn major(version: &str) -> Option<u32> {
    version.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

/// With a lock, exactly what it says.
fn run_npm(shell: &Shell, folder: &Path) -> anyhow::Result<()> {
    let command = if folder.join("package-lock.json").is_file() { "ci" } else { "install" };
    let mut npm = Command::new("npm");
    npm.args([command, "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(folder);
    shell.read(&mut npm).map(drop).with_context(|| {
        "what package.json names cannot be installed: npm comes with Node.js or by `apt-get install npm`, and \
         `npm config get registry` says where it asks"
    })
}

/// Whether `node_modules` has all that package.json names, in the versions that it names.
fn is_installed(folder: &Path) -> anyhow::Result<bool> {
    let file = folder.join("package.json");
    let read = || -> anyhow::Result<Named> { Ok(serde_json::from_slice(&fs::read(&file)?)?) };
    let named = read().with_context(|| format!("{} cannot be read", file.display()))?;
    let mut all = named.dependencies.iter().chain(&named.dev_dependencies);
    Ok(all.all(|(name, wanted)| version_of(folder, name).is_some_and(|found| fits(wanted, &found))))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Named {
    dependencies: Map<String, Value>,
    dev_dependencies: Map<String, Value>,
}

impl Default for Named {
    fn default() -> Self {
        Self { dependencies: Map::new(), dev_dependencies: Map::new() }
    }
}

/// The version of a package that is installed.
fn version_of(folder: &Path, package: &str) -> Option<String> {
    let text = fs::read(folder.join("node_modules").join(package).join("package.json")).ok()?;
    let package: Value = serde_json::from_slice(&text).ok()?;
    Some(package["version"].as_str()?.to_owned())
}

/// Whether it is the version that is wanted. A range is npm's to understand: what is there was chosen by it.
fn fits(wanted: &Value, found: &str) -> bool {
    let is_exact = |text: &&str| text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains([' ', 'x', '*']);
    wanted.as_str().filter(is_exact).is_none_or(|wanted| wanted == found)
}

#[cfg(test)]
mod tests {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt, path::PathBuf};

    use super::*;
    use crate::{authoring::Language, model::Kind};

    #[test]
    fn a_version_begins_with_its_major_number() {
        assert_eq!([major("v20.11.1"), major("18"), major("none")], [Some(20), Some(18), None]);
    }

    #[test]
    fn a_folder_that_node_has_no_name_for_is_refused_at_once() {
        let folder = PathBuf::from(OsStr::from_bytes(b"/plugins/caf\xe9"));
        let (language, kind) = (Language::JavaScript, Kind::Channel);
        let project = Project { folder, language, name: "late".to_owned(), kind };
        let shell = Shell::new().expect("a shell");
        let error = install(&shell, &project).expect_err("it is refused");
        assert!(error.to_string().ends_with("a path that is not UTF-8: rename the folder"), "{error}");
    }

    #[test]
    fn what_is_missing_or_of_another_version_is_installed() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            fs::write(path, text).expect("written");
        };
        let installed = || is_installed(folder.path()).expect("read");
        write("package.json", r#"{ "devDependencies": { "builder": "1.2.3" }, "dependencies": { "@a/b": "^2.0.0" } }"#);
        assert!(!installed(), "nothing is there");
        write("node_modules/builder/package.json", r#"{ "version": "1.2.3" }"#);
        assert!(!installed(), "one is missing");
        write("node_modules/@a/b/package.json", r#"{ "version": "2.1.0" }"#);
        assert!(installed());
        write("node_modules/builder/package.json", r#"{ "version": "1.2.4" }"#);
        assert!(!installed(), "another version");
    }
}

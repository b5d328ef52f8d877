//! Python: componentize-py, in an environment of the plugin's own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Context;
use nudged_toolchain::shell::Shell;
use serde::Deserialize;

use super::source;
use crate::authoring::project::Project;

/// The environment's folder.
const ENVIRONMENT: &str = ".venv";

/// The file in it that says what was installed.
const INSTALLED: &str = "nudged-installed.txt";

/// Makes the environment, unless it has all that the plugin names already.
pub(super) fn install(shell: &Shell, project: &Project) -> anyhow::Result<()> {
    let requirements = requirements(&project.folder)?;
    let environment = project.folder.join(ENVIRONMENT);
    let (mark, python) = (environment.join(INSTALLED), python_of(&environment));
    // What pip puts there knows where it is: an environment that was moved is made anew.
    let wanted = format!("{}\n{}", environment.display(), requirements.join("\n"));
    if python.exists() && fs::read_to_string(&mark).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let mut venv = Command::new("python3");
    venv.args(["-m", "venv", "--clear"]).arg(&environment);
    shell.read(&mut venv).context(
        "a Python plugin is built with Python 3.9 or later and its module venv: `apt-get install python3 python3-venv`",
    )?;
    let mut pip = Command::new(python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(requirements);
    shell.read(&mut pip).context(
        "what pyproject.toml names cannot be installed; `.venv/bin/python -m pip config list` says which index is asked",
    )?;
    fs::write(&mark, wanted).with_context(|| format!("{} cannot be written", mark.display()))
}

/// Makes the component `out`.
pub(super) fn build(shell: &Shell, project: &Project, out: &Path) -> anyhow::Result<()> {
    let environment = project.folder.join(ENVIRONMENT);
    // The script says on its first line where Python was when it was installed.
    let mut command = Command::new(python_of(&environment));
    command.arg(environment.join("bin/componentize-py"));
    command.args(["-q", "-d", "vendor/wit", "-w", project.world(), "componentize"]);
    command.args(["--stub-wasi", "-p", ".", "-p", "vendor", source(project.kind), "-o"]).arg(out);
    // What goes wrong is Python's to tell, not the places in the builder where it was noticed.
    command.env("VIRTUAL_ENV", &environment).env("RUST_BACKTRACE", "0").current_dir(&project.folder);
    shell.read(&mut command)?;
    Ok(())
}

fn python_of(environment: &Path) -> PathBuf {
    environment.join("bin/python")
}

/// What pyproject.toml has installed: the packages that the plugin needs, and those that build it.
fn requirements(folder: &Path) -> anyhow::Result<Vec<String>> {
    #[derive(Deserialize)]
    struct Manifest {
        project: Part,
        #[serde(rename = "dependency-groups")]
        groups: Groups,
    }
    #[derive(Deserialize)]
    struct Part {
        #[serde(default)]
        dependencies: Vec<String>,
    }
    #[derive(Deserialize)]
    struct Groups {
        build: Vec<String>,
    }
    let file = folder.join("pyproject.toml");
    let read = || -> anyhow::Result<Manifest> { Ok(toml::from_str(&fs::read_to_string(&file)?)?) };
    let Manifest { project, groups } = read().with_context(|| {
        format!("{}: name componentize-py and its version in `build` of [dependency-groups]", file.display())
    })?;
    Ok([groups.build, project.dependencies].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_plugin_needs_is_installed_with_what_builds_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let read = |text: &str| {
            fs::write(folder.path().join("pyproject.toml"), text).expect("written");
            requirements(folder.path())
        };
        let groups = "[dependency-groups]\nbuild = [\"componentize-py==0.25.1\"]\n";
        let named = read(&format!("[project]\nname = \"a\"\n{groups}")).expect("is read");
        assert_eq!(named, ["componentize-py==0.25.1"]);
        let named = read(&format!("[project]\ndependencies = [\"attrs==1\"]\n{groups}")).expect("is read");
        assert_eq!(named, ["componentize-py==0.25.1", "attrs==1"]);
        let error = read("[project]\nname = \"a\"\n").expect_err("nothing builds it");
        assert!(error.to_string().ends_with("name componentize-py and its version in `build` of [dependency-groups]"));
    }
}

//! The programs that nudged is compared with: those that the system lacks are unpacked from Debian's packages, with the
//! libraries that they lack. Nothing is installed, and no package gets to start its daemon.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, anyhow, bail};
use nudged_toolchain::{apt, program, shell::Shell};

use crate::files;

/// Debian's packages, and what is run of them.
const PACKAGES: [(&str, &[&str]); 4] = [
    ("time", &["time"]),
    ("postfix", &["smtp-sink", "smtp-source", "postconf"]),
    ("wrk", &["wrk"]),
    ("prometheus-alertmanager", &["prometheus-alertmanager"]),
];

/// Fetches what is missing into a folder of programs with their libraries beside them, and answers with it. What
/// cannot be had is only said: most parts do without.
pub(super) fn fetch(shell: &Shell, tools: &Path) -> Result<PathBuf> {
    let folder = tools.join("bench");
    fs::create_dir_all(&folder)?;
    for (package, programs) in PACKAGES {
        if programs.iter().all(|name| program(name).is_some() || folder.join(name).is_file()) {
            continue;
        }
        let fetched = match apt::available() {
            true => fetch_package(shell, package, programs, &folder),
            false => Err(anyhow!("install it, Debian has it in its package {package}")),
        };
        shell.check()?;
        if let Err(why) = fetched {
            eprintln!("no {}: what needs it cannot be measured: {why:#}", programs.join(", "));
        }
    }
    Ok(folder)
}

/// The programs come last: where they are, their libraries are.
fn fetch_package(shell: &Shell, package: &str, programs: &[&str], folder: &Path) -> Result<()> {
    let aside = tempfile::Builder::new().prefix(".unpacked-").tempdir_in(folder)?;
    let own = aside.path().join(package);
    apt::unpack(shell, package, &own)?;
    keep_libraries(&own, folder)?;
    let found =
        programs.iter().map(|name| find(&own, name).with_context(|| format!("Debian's {package} has no {name}")));
    let found = found.collect::<Result<Vec<_>>>()?;
    complete(shell, package, &found, folder, aside.path())?;
    keep_data(&own, folder)?;
    for path in &found {
        let name = path.file_name().context("a program without a name")?;
        files::publish(path, &folder.join(name))?;
    }
    Ok(())
}

/// Unpacks what the package depends on until no library is missing.
fn complete(shell: &Shell, package: &str, programs: &[PathBuf], folder: &Path, aside: &Path) -> Result<()> {
    let missing = || -> Vec<String> {
        programs.iter().flat_map(|program| not_found(&resolved(shell, program, folder))).collect()
    };
    // A library's package is not always named after it, and some are alternatives that this release has none of.
    for library in apt::depends(shell, package)?.iter().filter(|name| name.starts_with("lib") && *name != "libc6") {
        if missing().is_empty() {
            return Ok(());
        }
        let into = aside.join(library);
        if apt::unpack(shell, library, &into).is_ok() {
            keep_libraries(&into, folder)?;
        }
        shell.check()?;
    }
    match missing().as_slice() {
        [] => Ok(()),
        left => bail!("no package that {package} depends on has {}", left.join(", ")),
    }
}

/// What the loader would find for a program; nothing of one that is linked statically.
fn resolved(shell: &Shell, program: &Path, libraries: &Path) -> String {
    shell.read(Command::new("ldd").arg(program).env("LD_LIBRARY_PATH", libraries)).unwrap_or_default()
}

/// Libraries of ldd's answer that are missing.
fn not_found(ldd: &str) -> Vec<String> {
    let lines = ldd.lines().filter_map(|line| line.trim().strip_suffix("=> not found"));
    lines.map(|name| name.trim().to_owned()).collect()
}

/// Copies the libraries of an unpacked package; a link becomes the file that it leads to.
fn keep_libraries(unpacked: &Path, folder: &Path) -> Result<()> {
    for file in below(unpacked)? {
        let Some(name) = file.file_name().and_then(|name| name.to_str()) else { continue };
        if name.starts_with("lib") && (name.ends_with(".so") || name.contains(".so.")) && file.is_file() {
            files::publish(&file, &folder.join(name))?;
        }
    }
    Ok(())
}

/// What programs read at run time, below `/usr`; beside the folder of the programs here, as there.
const DATA: &str = "share/prometheus";

/// Copies what an unpacked package's programs read at run time.
fn keep_data(unpacked: &Path, folder: &Path) -> Result<()> {
    let (usr, beside) = (unpacked.join("usr"), folder.parent().unwrap_or(folder));
    if !usr.join(DATA).is_dir() {
        return Ok(());
    }
    for file in below(&usr.join(DATA))? {
        let to = beside.join(file.strip_prefix(&usr)?);
        fs::create_dir_all(to.parent().unwrap_or(beside))?;
        files::publish(&file, &to)?;
    }
    Ok(())
}

/// A program of an unpacked package.
fn find(unpacked: &Path, name: &str) -> Option<PathBuf> {
    ["usr/bin", "usr/sbin", "bin", "sbin"]
        .map(|dir| unpacked.join(dir).join(name))
        .into_iter()
        .find(|file| file.is_file())
}

/// All files below a folder; links to folders are not followed.
fn below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in files::entries(folder)? {
        if entry.is_dir() && !entry.is_symlink() {
            found.extend(below(&entry)?);
        } else {
            found.push(entry);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn missing_libraries_are_read_out_of_what_ldd_says() {
        let said =
            "\tlinux-vdso.so.1 (0x00007f)\n\tlibluajit-5.1.so.2 => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x7f)\n";
        assert_eq!(not_found(said), ["libluajit-5.1.so.2"]);
    }

    #[test]
    fn libraries_are_kept_under_every_name_that_they_go_by() {
        let (unpacked, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let libraries = unpacked.path().join("usr/lib/x86_64-linux-gnu");
        fs::create_dir_all(&libraries).unwrap();
        fs::write(libraries.join("libx.so.2.1"), "x").unwrap();
        symlink("libx.so.2.1", libraries.join("libx.so.2")).unwrap();
        symlink("nowhere", libraries.join("libx.so")).unwrap();
        fs::write(libraries.join("readme"), "").unwrap();

        keep_libraries(unpacked.path(), folder.path()).unwrap();

        let kept = files::entries(folder.path()).unwrap();
        assert_eq!(kept, ["libx.so.2", "libx.so.2.1"].map(|name| folder.path().join(name)));
    }

    #[test]
    fn templates_are_kept_beside_the_programs() {
        let (unpacked, tools) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let templates = unpacked.path().join("usr/share/prometheus/alertmanager");
        fs::create_dir_all(&templates).unwrap();
        fs::write(templates.join("default.tmpl"), "{{ }}").unwrap();
        fs::write(unpacked.path().join("usr/share/copyright"), "").unwrap();

        keep_data(unpacked.path(), &tools.path().join("bench")).unwrap();

        assert_eq!(below(tools.path()).unwrap(), [tools.path().join("share/prometheus/alertmanager/default.tmpl")]);
    }
}

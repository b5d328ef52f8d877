//! The beginning of a plugin: a folder that builds and passes its tests at once.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail, ensure};
use include_dir::{Dir, include_dir};
use minijinja::{Environment, UndefinedBehavior, context};

use super::language::Language;
use crate::model::{Kind, is_name};

/// `<language>/common`, `<language>/<kind>` and `cases/<kind>`, laid over each other: what the examples find is the same in
/// every language.
static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// The SDKs. They are copied into each plugin, so that it can be built wherever its folder is put, and with the SDK that it
/// was written for.
static SDK: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../guest-sdk");

/// The interface of this version.
static WIT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../wit/v0.1");

/// Where the copies are.
const VENDORED: &str = "vendor";

/// The crates of the SDK: cargo takes no other one of the same name.
const OWN_CRATES: [&str; 2] = ["nudged-sdk", "nudged-sdk-derive"];

/// Makes the folder `within/name` with a plugin of this kind; answers with the folder.
///
/// # Errors
/// If the name is not one, the folder is there already, or it cannot be written.
pub fn create(within: &Path, name: &str, kind: Kind, language: Language) -> anyhow::Result<PathBuf> {
    ensure!(
        is_name(name),
        "{name:?} is no plugin's name: begin with a-z and go on with a-z, 0-9 and -, such as \"orphans\""
    );
    ensure!(
        language != Language::Rust || !OWN_CRATES.contains(&name),
        "{name:?} is the name of a crate that the plugin is built with: choose another"
    );
    let folder = within.join(name);
    if folder.exists() {
        bail!("{} is there already: choose another name, or remove it", folder.display());
    }
    // Made aside: an error half-way leaves nothing that looks like a plugin.
    fs::create_dir_all(within).with_context(|| format!("{} cannot be made", within.display()))?;
    let aside = tempfile::Builder::new().prefix(".new-").tempdir_in(within)?;
    write(aside.path(), name, kind, language).with_context(|| format!("{} cannot be written", folder.display()))?;
    let aside = aside.keep();
    fs::rename(&aside, &folder).inspect_err(|_| {
        // Nothing more can be done about it; the error to tell is the first one.
        let _ = fs::remove_dir_all(&aside);
    })?;
    open_to_others(&folder)?;
    Ok(folder)
}

/// A temporary folder is its maker's alone; a plugin's is like any other.
fn open_to_others(folder: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
    Ok(())
}

fn write(folder: &Path, name: &str, kind: Kind, language: Language) -> anyhow::Result<()> {
    let render = |text: &str| {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_keep_trailing_newline(true);
        environment.render_str(text, context! { name, kind => kind.world() })
    };
    let (of, kind) = (language.folder(), kind.world());
    for at in [format!("{of}/common"), format!("{of}/{kind}"), format!("cases/{kind}")] {
        let part = TEMPLATES.get_dir(&at).with_context(|| format!("this build has no templates {at}"))?;
        for (path, text) in texts(part) {
            let path = path.strip_prefix(part.path())?;
            let text = render(text).with_context(|| format!("{}", path.display()))?;
            put(&folder.join(visible(path)), &text)?;
        }
    }
    let vendored = folder.join(VENDORED);
    let (from, to) = language.sdk();
    let sdk = if from.is_empty() { &SDK } else { SDK.get_dir(from).with_context(|| format!("no SDK {from}"))? };
    for (path, text) in texts(sdk) {
        let path = path.strip_prefix(sdk.path())?;
        if language.is_of_sdk(path) {
            put(&vendored.join(to).join(path), text)?;
        }
    }
    texts(&WIT).try_for_each(|(path, text)| put(&vendored.join("wit").join(path), text))
}

/// All files of a folder and those within it. All of them are texts.
fn texts<'a>(folder: &'a Dir<'a>) -> impl Iterator<Item = (&'a Path, &'a str)> {
    let mut folders = vec![folder];
    let mut files = Vec::new();
    while let Some(one) = folders.pop() {
        folders.extend(one.dirs());
        files.extend(one.files().filter_map(|file| Some((file.path(), file.contents_utf8()?))));
    }
    files.into_iter()
}

/// A template whose name begins with `dot-` is one whose name begins with a dot: the repository's own tools would heed it.
fn visible(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match name.strip_prefix("dot-") {
        Some(rest) => path.with_file_name(format!(".{rest}")),
        None => path.to_owned(),
    }
}

fn put(path: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_before_anything_is_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let made = |name: &str| create(folder.path(), name, Kind::ShareStrategy, Language::Rust);
        for name in ["", "Orphans", "../orphans", "2late"] {
            let error = made(name).expect_err("is refused");
            assert!(error.to_string().contains("is no plugin's name"), "{error}");
        }
        let error = made("nudged-sdk").expect_err("is the SDK's");
        assert!(error.to_string().ends_with("that the plugin is built with: choose another"), "{error}");
        made("orphans").expect("is made");
        let error = made("orphans").expect_err("is there");
        assert!(error.to_string().ends_with("is there already: choose another name, or remove it"), "{error}");
        let entries = folder.path().read_dir().expect("a folder").count();
        assert_eq!(entries, 1, "nothing else is left");
    }
}

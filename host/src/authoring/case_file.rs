//! Files of cases: reading them, and blessing what came.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, ensure};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::pretty::pretty;
use crate::{
    model::Kind,
    plugin::cases::{self, Case},
};

/// Cases of one file: what is recorded of a large scan has a hundredth of it.
const MOST_CASES: usize = 10_000;

/// Bytes of one file.
const MOST_BYTES: u64 = 64 << 20;

/// A file of cases, as it was read.
#[derive(Debug)]
pub struct CaseFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its cases, in its order.
    pub cases: Vec<Case>,
    text: String,
}

impl CaseFile {
    /// Reads a file of cases of plugins of this kind.
    ///
    /// # Errors
    /// If it cannot be read, is too large, or one of its cases is wrong: then with its place in the file.
    pub fn read(path: &Path, kind: Kind) -> anyhow::Result<Self> {
        let shown = path.display();
        let bytes = std::fs::metadata(path).with_context(|| format!("{shown} cannot be read"))?.len();
        ensure!(bytes <= MOST_BYTES, "{shown} has {bytes} bytes, more than {MOST_BYTES}: split it");
        let text = std::fs::read_to_string(path).with_context(|| format!("{shown} cannot be read"))?;
        let cases = cases::read(&text, kind, MOST_CASES).map_err(|why| anyhow::anyhow!("{shown}: {why}"))?;
        Ok(Self { path: path.to_owned(), cases, text })
    }

    /// Cases that a component carries; they belong to no file.
    ///
    /// # Errors
    /// If one of them is wrong.
    pub fn carried(text: String, kind: Kind) -> anyhow::Result<Self> {
        let cases = cases::read(&text, kind, MOST_CASES)
            .map_err(|why| anyhow::anyhow!("the cases that the component carries: {why}"))?;
        Ok(Self { path: PathBuf::new(), cases, text })
    }

    /// Whether these cases are those of the other one, word for word.
    pub fn is_same(&self, other: &Self) -> bool {
        self.text == other.text
    }

    /// Writes the file with `expect` of these cases replaced, each by its index; every other byte stays as it is.
    ///
    /// # Errors
    /// If it cannot be written; then it is as it was.
    pub fn bless(&mut self, expects: &[(usize, Value)]) -> anyhow::Result<()> {
        let blessed = replaced(&self.text, expects)?;
        write(&self.path, &blessed, true)?;
        self.text = blessed;
        Ok(())
    }
}

/// Writes a file whole or not at all, in place of what has its name only if that is said: then of what a link leads to, and
/// who may read it stays the same.
///
/// # Errors
/// If it cannot be written, or is there already and is not to be replaced.
pub fn write(path: &Path, text: &str, replace: bool) -> anyhow::Result<()> {
    let shown = path.display();
    let there = if replace { std::fs::canonicalize(path).ok() } else { None };
    let permissions = there.as_ref().and_then(|path| Some(std::fs::metadata(path).ok()?.permissions()));
    let path = there.as_deref().unwrap_or(path);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    // Like any file that a user makes: the umask takes away from it.
    #[cfg(unix)]
    {
        let any = || std::os::unix::fs::PermissionsExt::from_mode(0o666);
        builder.permissions(permissions.clone().unwrap_or_else(any));
    }
    let mut file = builder.tempfile_in(folder).with_context(|| format!("{shown} cannot be written"))?;
    file.write_all(text.as_bytes()).with_context(|| format!("{shown} cannot be written"))?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions).with_context(|| format!("{shown} cannot be written"))?;
    }
    let written = if replace { file.persist(path) } else { file.persist_noclobber(path) };
    written.map_err(|error| error.error).with_context(|| format!("{shown} cannot be written"))?;
    Ok(())
}

/// The part of a case that blessing changes, where it stands in the text.
#[derive(Deserialize)]
struct Place<'t> {
    #[serde(borrow)]
    expect: &'t RawValue,
}

/// The text with `expect` of these cases replaced.
fn replaced(text: &str, expects: &[(usize, Value)]) -> anyhow::Result<String> {
    let places: Vec<Place<'_>> = serde_json::from_str(text)?;
    let mut replaced = String::with_capacity(text.len());
    let mut from = 0;
    for (index, place) in places.iter().enumerate() {
        let Some((_, expect)) = expects.iter().find(|(changed, _)| *changed == index) else { continue };
        let start = place.expect.get().as_ptr().addr() - text.as_ptr().addr();
        let (indent, at) = layout(&text[..start]);
        replaced.push_str(&text[from..start]);
        replaced.push_str(&pretty(expect, indent, (indent / 2).max(2), at));
        from = start + place.expect.get().len();
    }
    replaced.push_str(&text[from..]);
    Ok(replaced)
}

/// How far the last line of the text is indented, and how long it is.
fn layout(before: &str) -> (usize, usize) {
    let line = before.rsplit('\n').next().unwrap_or_default();
    (line.len() - line.trim_start_matches(' ').len(), line.chars().count())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TEXT: &str = r#"[
    {
        "name": "a",   "odd":   1,
        "expect": [ ]
    },
    { "expect":[1],"name": "b" }
]
"#;

    #[test]
    fn blessing_changes_nothing_but_what_is_expected() {
        let long = json!([{ "item": 0, "text": "x".repeat(120) }]);
        let blessed = replaced(TEXT, &[(0, long.clone())]).expect("JSON");
        let body = format!(
            "[\n            {{\n                \"item\": 0,\n                \"text\": \"{}\"\n            }}\n        ]",
            "x".repeat(120)
        );
        assert_eq!(blessed, TEXT.replace("[ ]", &body));
        assert_eq!(replaced(&blessed, &[(0, long)]).expect("JSON"), blessed, "it is stable");
        assert_eq!(replaced(TEXT, &[(1, json!([]))]).expect("JSON"), TEXT.replace("[1]", "[]"));
        assert_eq!(replaced(TEXT, &[]).expect("JSON"), TEXT);
    }

    #[test]
    fn a_file_is_written_whole_and_replaced_only_where_that_is_said() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("cases.json");
        write(&path, "one", false).expect("writes");
        assert!(write(&path, "two", false).is_err());
        assert_eq!(std::fs::read_to_string(&path).expect("is there"), "one");
        write(&path, "two", true).expect("writes");
        assert_eq!(std::fs::read_to_string(&path).expect("is there"), "two");
        assert_eq!(std::fs::read_dir(folder.path()).expect("is there").count(), 1, "nothing is left over");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_what_others_may_not_read_stays_theirs_not_to() {
        use std::os::unix::fs::{PermissionsExt, symlink};

        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("own")).expect("a folder");
        let (file, link) = (folder.path().join("own/cases.json"), folder.path().join("cases.json"));
        std::fs::write(&file, "one").expect("a file");
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).expect("a mode");
        symlink("own/cases.json", &link).expect("a link");
        write(&link, "two", true).expect("writes");
        assert!(std::fs::symlink_metadata(&link).expect("is there").is_symlink());
        assert_eq!(std::fs::read_to_string(&file).expect("is there"), "two");
        let mode = std::fs::metadata(&file).expect("is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

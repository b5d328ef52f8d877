//! The report in the book: its page, and the plots beside it.

use std::path::Path;

use anyhow::Result;

use crate::files;

/// Both among the results and in the book.
const PLOTS: &str = "performance";

/// Copies the report to `docs/src/performance.md`, and its plots to the folder of that name: others there go.
pub(super) fn publish(results: &Path, root: &Path) -> Result<()> {
    let book = root.join("docs/src");
    files::publish(&results.join("report.md"), &book.join(PLOTS).with_extension("md"))?;
    let (drawn, there) = (results.join(PLOTS), book.join(PLOTS));
    for old in files::entries(&there)? {
        if old.file_name().is_none_or(|name| !drawn.join(name).is_file()) {
            files::remove(&old)?;
        }
    }
    for plot in files::entries(&drawn)? {
        if let Some(name) = plot.file_name() {
            files::publish(&plot, &there.join(name))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_report_takes_the_place_of_the_one_before_with_its_plots() {
        let (results, root) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let book = root.path().join("docs/src");
        for (folder, text) in [(results.path(), "new"), (&book, "old")] {
            fs::create_dir_all(folder.join(PLOTS)).unwrap();
            let plot = if text == "new" { "scan.svg" } else { "gone.svg" };
            fs::write(folder.join(PLOTS).join(plot), text).unwrap();
        }
        fs::write(book.join("performance.md"), "old").unwrap();
        fs::write(results.path().join("report.md"), "new").unwrap();

        publish(results.path(), root.path()).unwrap();

        assert_eq!(fs::read_to_string(book.join("performance.md")).unwrap(), "new");
        assert_eq!(files::entries(&book.join(PLOTS)).unwrap(), [book.join(PLOTS).join("scan.svg")]);
    }
}

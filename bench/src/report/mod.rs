//! The report: what every part found, on one page with its plots.

pub(crate) mod number;
mod page;
mod plot;

use std::{fs, io, path::Path};

use anyhow::{Context, Result, bail};
use serde::de::DeserializeOwned;

use crate::{
    machine::{self, Machine},
    section::Section,
};

/// Parts in the order of the page.
const ORDER: [&str; 5] = ["scan", "plugins", "delivery", "growth", "others"];

/// Writes `report.md` and `performance/*.svg` from the parts that are there, and says where.
///
/// # Errors
/// If there are none, or a file cannot be read or written.
pub(crate) fn write(results: &Path) -> Result<()> {
    let sections = read_all(results)?;
    let machine = read::<Machine>(&results.join(machine::FILE))?.unwrap_or_default();
    plots(results, &sections)?;
    let report = results.join("report.md");
    put(&report, &page::page(&sections, &machine))?;
    eprintln!("report: {}", report.display());
    Ok(())
}

fn read_all(results: &Path) -> Result<Vec<Section>> {
    let files = ORDER.map(|name| results.join(name).with_extension("json"));
    let found = files.iter().filter_map(|file| read(file).transpose()).collect::<Result<Vec<_>>>()?;
    if found.is_empty() {
        bail!("nothing was measured yet: {} has none of {}", results.display(), ORDER.join(", "));
    }
    Ok(found)
}

/// Draws all anew: no plot of a part that has gone stays.
fn plots(results: &Path, sections: &[Section]) -> Result<()> {
    let folder = results.join(plot::FOLDER);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let all = sections.iter().flat_map(|section| &section.plots);
    for drawn in all.filter(|drawn| plot::has_points(drawn)) {
        let svg = plot::draw(drawn).with_context(|| format!("cannot draw {}", drawn.name))?;
        put(&results.join(plot::file(drawn)), &svg)?;
    }
    Ok(())
}

/// What a file holds; `None` if there is no such file.
fn read<T: DeserializeOwned>(file: &Path) -> Result<Option<T>> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(serde_json::from_str(&text).with_context(|| format!("{} is damaged", file.display()))?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
    }
}

fn put(file: &Path, text: &str) -> Result<()> {
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::section::{Line, Plot};

    fn part(name: &str) -> Section {
        let line = Line { name: "nudged".to_owned(), points: vec![(1.0, 2.0), (3.0, 4.0)] };
        let plot = Plot {
            name: format!("{name}-plot"),
            title: "A plot".to_owned(),
            x: "shares".to_owned(),
            y: "seconds".to_owned(),
            logarithmic: false,
            lines: vec![line],
        };
        Section { name: name.to_owned(), title: format!("The {name}"), plots: vec![plot], ..Section::default() }
    }

    #[test]
    fn the_report_is_made_of_the_parts_that_are_there_in_their_order() {
        let results = tempfile::tempdir().unwrap();
        fs::create_dir(results.path().join(plot::FOLDER)).unwrap();
        fs::write(results.path().join("performance/stale.svg"), "").unwrap();
        for name in ["growth", "scan"] {
            let file = results.path().join(name).with_extension("json");
            fs::write(file, serde_json::to_string(&part(name)).unwrap()).unwrap();
        }

        write(results.path()).unwrap();

        let report = fs::read_to_string(results.path().join("report.md")).unwrap();
        assert!(report.find("## The scan").unwrap() < report.find("## The growth").unwrap(), "{report}");
        let mut drawn: Vec<_> = fs::read_dir(results.path().join("performance"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        drawn.sort();
        assert_eq!(drawn, ["growth-plot.svg", "scan-plot.svg"]);
    }

    #[test]
    fn without_a_part_there_is_no_report() {
        let results = tempfile::tempdir().unwrap();
        assert!(write(results.path()).unwrap_err().to_string().contains("nothing was measured"));
    }

    #[test]
    fn a_damaged_part_is_named() {
        let results = tempfile::tempdir().unwrap();
        fs::write(results.path().join("scan.json"), "{").unwrap();
        let error = write(results.path()).unwrap_err();
        assert!(error.to_string().contains("scan.json is damaged"), "{error:#}");
    }
}

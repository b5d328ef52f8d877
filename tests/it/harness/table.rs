//! What a test did, for people.

use super::{seed, tally::Tally};

/// One line: where the daemon was killed and what came of it.
struct Row {
    place: String,
    kills: usize,
    notices: usize,
    repeated: usize,
}

/// How often a notice may have arrived more than once.
#[derive(Debug, Clone, Copy)]
pub(super) enum Repeats {
    /// The other side cannot have taken what was under way.
    None,
    /// It has taken one notice that the store does not know of, at each kill.
    OneEach,
    /// It may have taken what was under way, which is at most so many notices at each kill.
    UpTo(usize),
}

/// Printed when it is dropped, also when the test fails.
pub(super) struct Table {
    title: String,
    rows: Vec<Row>,
    before: Tally,
}

impl Table {
    /// Without any rows.
    pub(super) fn new(title: &str) -> Self {
        Self { title: title.to_owned(), rows: Vec::new(), before: Tally::default() }
    }

    /// What came of these kills, after everything was looked at.
    ///
    /// # Panics
    /// If there were more repeats than there may be.
    pub(super) fn add(&mut self, place: &str, kills: usize, repeats: Repeats, now: Tally) {
        let repeated = now.repeated - self.before.repeated;
        let notices = now.notices - self.before.notices;
        self.rows.push(Row { place: place.to_owned(), kills, notices, repeated });
        match repeats {
            Repeats::None => assert_eq!(repeated, 0, "{place}: repeats without a reason"),
            Repeats::OneEach => assert_eq!(repeated, kills, "{place}: one repeat for each kill"),
            Repeats::UpTo(places) => assert!(repeated <= kills * places, "{place}: {repeated} repeats"),
        }
        let so_far: usize = self.rows.iter().map(|row| row.kills).sum();
        assert!(now.most <= so_far, "{place}: {} copies more of one notice than kills", now.most);
        self.before = now;
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        let mut text = format!("\n{} (seed {})\n", self.title, seed());
        let line = |[place, kills, notices, lost, repeated]: [&str; 5]| {
            format!("  {place:<24} {kills:>6} {notices:>8} {lost:>5} {repeated:>9}\n")
        };
        text += &line(["point", "kills", "notices", "lost", "repeated"]);
        for row in &self.rows {
            let [kills, notices, repeated] = [row.kills, row.notices, row.repeated].map(|number| number.to_string());
            // Whoever is lost fails the test before there is a line.
            text += &line([&row.place, &kills, &notices, "0", &repeated]);
        }
        println!("{text}");
    }
}

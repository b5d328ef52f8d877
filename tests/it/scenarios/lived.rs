//! What came of a scenario, and how that compares with what should have.

use std::{collections::BTreeMap, fmt::Debug};

use nudged_tests::{Audience, ItemTold, Scenario};

/// A mail that the relay accepted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mail {
    pub(super) to: String,
    /// In order.
    pub(super) items: Vec<ItemTold>,
    /// The notification's id.
    pub(super) id: String,
}

/// A scenario and what came of it.
pub(super) struct Lived {
    scenario: Scenario,
    mails: Vec<Mail>,
    complaints: Vec<String>,
}

impl Lived {
    pub(super) fn new(scenario: Scenario) -> Self {
        Self { scenario, mails: Vec::new(), complaints: Vec::new() }
    }

    pub(super) fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    pub(super) fn mails(&self) -> &[Mail] {
        &self.mails
    }

    pub(super) fn add(&mut self, mails: Vec<Mail>) {
        self.mails.extend(mails);
    }

    /// Complains unless the two are the same.
    pub(super) fn same<T: Debug + PartialEq>(&mut self, what: &str, is: &[T], should: &[T]) {
        let extra: Vec<_> = is.iter().filter(|one| !should.contains(one)).collect();
        let missing: Vec<_> = should.iter().filter(|one| !is.contains(one)).collect();
        if !extra.is_empty() || !missing.is_empty() || is.len() != should.len() {
            self.complain(format!("{what}:\n  too much: {extra:?}\n  missing: {missing:?}"));
        }
    }

    pub(super) fn complain(&mut self, what: String) {
        self.complaints.push(format!("{} ({}), {what}", self.scenario.id, self.scenario.title));
    }

    /// Whoever is told is told as by data.all, unless the fixture says what is better.
    pub(super) fn compare(&mut self) {
        let ours = self.told();
        match &self.scenario.better {
            None if ours != self.scenario.dataall => {
                let text =
                    format!("data.all tells {:?}, we tell {ours:?}, and nothing is better", self.scenario.dataall);
                self.complain(text);
            }
            Some(better) if better.defects.is_empty() || better.why.is_empty() => {
                self.complain("what is better, and which defect shows?".to_owned());
            }
            _ => {}
        }
    }

    pub(super) fn complaints(&self) -> &[String] {
        &self.complaints
    }

    fn told(&self) -> Audience {
        let mut told = Audience::new();
        for mail in &self.mails {
            told.entry(mail.to.clone()).or_default().extend(mail.items.iter().map(|item| item.item.clone()));
        }
        told
    }

    fn result(&self) -> String {
        match &self.scenario.better {
            _ if !self.complaints.is_empty() => "WRONG".to_owned(),
            None => "same".to_owned(),
            Some(better) => {
                let defects: Vec<_> = better.defects.iter().map(u8::to_string).collect();
                format!("better ({})", defects.join(", "))
            }
        }
    }

    /// Who got how many mails.
    fn recipients(&self) -> String {
        let mut mails: BTreeMap<_, usize> = BTreeMap::new();
        self.mails.iter().for_each(|mail| *mails.entry(name(&mail.to)).or_default() += 1);
        let told = mails.into_iter().map(|(name, mails)| if mails == 1 { name } else { format!("{name} {mails}x") });
        listed(told)
    }
}

/// All of them as a table for people.
pub(super) fn table(database: &str, lived: &[Lived]) -> String {
    let rows = lived.iter().map(|one| {
        let Scenario { id, title, dataall, .. } = &one.scenario;
        [id.clone(), title.clone(), one.recipients(), listed(dataall.keys().map(|to| name(to))), one.result()]
    });
    let head = ["id", database, "told", "told by data.all", "result"].map(str::to_owned);
    let rows: Vec<_> = std::iter::once(head).chain(rows).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths = [width(0), width(1), width(2), width(3), width(4)];
    let line = |row: &[String; 5]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn name(address: &str) -> String {
    address.split('@').next().unwrap_or_default().to_owned()
}

fn listed(names: impl Iterator<Item = String>) -> String {
    let names: Vec<_> = names.collect();
    if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
}

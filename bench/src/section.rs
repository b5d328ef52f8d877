//! What one part of the benchmark found: kept as JSON beside the others, so that parts can be measured apart and the
//! report is made of whatever there is.

use serde::{Deserialize, Serialize};

use crate::sample::Sample;

/// One part of the report.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Section {
    /// Its name, also that of its file.
    pub(crate) name: String,
    /// Its heading.
    pub(crate) title: String,
    /// What is measured and how, a paragraph or two of Markdown.
    pub(crate) intro: String,
    /// The figures that are held against something.
    pub(crate) figures: Vec<Figure>,
    /// Figures beside these.
    pub(crate) tables: Vec<Table>,
    /// Curves.
    pub(crate) plots: Vec<Plot>,
    /// What is to be known to read the figures: why a goal is not met, what bends; a paragraph of Markdown each.
    pub(crate) remarks: Vec<String>,
}

/// One line of the table of goals.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Figure {
    /// What was measured.
    pub(crate) what: String,
    /// What came of it.
    pub(crate) measured: Sample,
    /// What it is held against.
    pub(crate) against: Option<Against>,
    /// What was meant.
    pub(crate) goal: Option<Goal>,
}

/// Something real that was measured in turn with the figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Against {
    /// What it is: a command, or another program.
    pub(crate) what: String,
    /// What came of it.
    pub(crate) measured: Sample,
    /// The figure over this, run by run.
    pub(crate) ratio: Sample,
}

/// What a figure is meant to be, at the median.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Goal {
    /// The figure itself, in its unit.
    AtMost(f64),
    /// Its ratio.
    RatioAtMost(f64),
    /// Its ratio.
    RatioAtLeast(f64),
}

impl Figure {
    /// A figure that stands by itself.
    pub(crate) fn alone(what: impl Into<String>, measured: Sample) -> Self {
        Self { what: what.into(), measured, against: None, goal: None }
    }

    /// A figure held against something that was measured in turn with it.
    pub(crate) fn against(what: impl Into<String>, measured: Sample, other: impl Into<String>, theirs: Sample) -> Self {
        let ratio = measured.over(&theirs);
        let against = Against { what: other.into(), measured: theirs, ratio };
        Self { what: what.into(), measured, against: Some(against), goal: None }
    }

    /// The same with a goal.
    #[must_use]
    pub(crate) fn meant(self, goal: Goal) -> Self {
        Self { goal: Some(goal), ..self }
    }

    /// Whether the goal is met; `None` if there is none.
    pub(crate) fn is_met(&self) -> Option<bool> {
        let ratio = || self.against.as_ref().map_or(f64::NAN, |against| against.ratio.median());
        Some(match self.goal? {
            Goal::AtMost(most) => self.measured.median() <= most,
            Goal::RatioAtMost(most) => ratio() <= most,
            Goal::RatioAtLeast(least) => ratio() >= least,
        })
    }
}

/// A table of whatever.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Table {
    /// What it shows.
    pub(crate) title: String,
    /// Headings.
    pub(crate) columns: Vec<String>,
    /// As many cells each as there are headings.
    pub(crate) rows: Vec<Vec<String>>,
}

/// Lines over one pair of axes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Plot {
    /// Of its file, without extension.
    pub(crate) name: String,
    /// What it shows.
    pub(crate) title: String,
    /// Label of the axis.
    pub(crate) x: String,
    /// Label of the axis.
    pub(crate) y: String,
    /// Whether both axes are logarithmic.
    pub(crate) logarithmic: bool,
    /// What is drawn.
    pub(crate) lines: Vec<Line>,
}

/// One line of a plot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Line {
    /// What it stands for.
    pub(crate) name: String,
    /// From left to right.
    pub(crate) points: Vec<(f64, f64)>,
}

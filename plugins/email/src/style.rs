//! How the message looks. Mail clients drop style sheets, so that all that matters is inline, and short,
//! because it is repeated; the sheet only adds what can be missed: dark colours and narrow margins on phones.

use nudged_sdk::Severity;

/// For clients that read it. `!important` because it has to win over the inline styles.
pub(crate) const SHEET: &str = "\
@media (prefers-color-scheme: dark) {\
.page{background:#111827!important}\
.card{background:#1f2937!important;border-top-color:#374151!important;border-right-color:#374151!important;border-bottom-color:#374151!important}\
.strong{color:#f9fafb!important}.plain{color:#e5e7eb!important}.faint{color:#9ca3af!important}\
.line{border-color:#374151!important}.link{color:#93c5fd!important}\
}\
@media (max-width: 480px) {.margin{padding:12px 8px!important}.inner{padding:14px 14px 16px!important}}";

/// A severity's mark: the word beside the colour, for those who see no colours.
pub(crate) struct Mark {
    pub(crate) word: &'static str,
    pub(crate) colour: &'static str,
}

/// White text on each of the colours has a contrast of at least 4.5 to 1, in light and dark alike.
pub(crate) fn mark(severity: Severity) -> Mark {
    match severity {
        Severity::Critical => Mark { word: "Urgent", colour: "#b42318" },
        Severity::Info => Mark { word: "Reminder", colour: "#175cd3" },
        _ => Mark { word: "Warning", colour: "#b54708" },
    }
}

macro_rules! text {
    ($size:literal, $rest:literal) => {
        concat!("margin:0;font:", $size, "px/1.5 Helvetica,Arial,sans-serif;", $rest)
    };
}

macro_rules! bold {
    ($size:literal, $rest:literal) => {
        concat!("margin:0;font:bold ", $size, "px/1.3 Helvetica,Arial,sans-serif;", $rest)
    };
}

pub(crate) const PAGE: &str = "margin:0;padding:0;width:100%;background:#f3f4f6;";
pub(crate) const MARGIN: &str = "padding:24px 12px;";
/// Long words break, or they make the page wider than a phone.
pub(crate) const COLUMN: &str = "width:100%;max-width:600px;table-layout:fixed;border-collapse:collapse;\
overflow-wrap:anywhere;word-break:break-word;";
pub(crate) const CELL: &str = "padding:0 4px 16px;";
pub(crate) const GAP: &str = "padding:0 0 16px;";
pub(crate) const HIDDEN: &str = "display:none;max-height:0;overflow:hidden;font-size:1px;line-height:1px;";

pub(crate) const HEADING: &str = bold!(22, "color:#111827;");
pub(crate) const PREAMBLE: &str = text!(15, "color:#374151;padding:8px 0 0;");
pub(crate) const FOOT: &str = text!(12, "color:#6b7280;");
pub(crate) const REST: &str = bold!(15, "color:#111827;");
pub(crate) const BRIEF: &str = text!(14, "color:#374151;");
pub(crate) const LINK: &str = "color:#1d4ed8;";

/// A reminder's card; its severity's colour follows.
pub(crate) const CARD: &str =
    "width:100%;background:#ffffff;border:1px solid #e5e7eb;border-radius:6px;border-left:4px solid ";
pub(crate) const INNER: &str = "padding:16px 20px 20px;";
/// The severity's word; its colour follows.
pub(crate) const BADGE: &str =
    bold!(12, "display:inline-block;padding:3px 8px;border-radius:4px;color:#ffffff;background:");
pub(crate) const TITLE: &str = bold!(18, "color:#111827;padding:10px 0 6px;");
pub(crate) const SENTENCE: &str = text!(15, "color:#374151;");
pub(crate) const FACTS: &str = "width:100%;margin:14px 0 0;border-collapse:collapse;";
pub(crate) const NAME: &str = text!(14, "color:#6b7280;width:30%;padding:6px 12px 6px 0;border-top:1px solid #e5e7eb;");
pub(crate) const VALUE: &str = text!(14, "color:#111827;padding:6px 0;border-top:1px solid #e5e7eb;");
pub(crate) const ACTION: &str = "padding:16px 0 0;";
pub(crate) const BUTTON: &str = bold!(
    15,
    "display:inline-block;padding:10px 24px;border-radius:6px;text-decoration:none;color:#ffffff;background:#1d4ed8;"
);
pub(crate) const HISTORY: &str = text!(12, "color:#6b7280;padding:12px 0 0;");

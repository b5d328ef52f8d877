//! Texts for people: cleaned of what does harm, wrapped for plain mail.

use textwrap::WordSplitter;

use crate::model::{Instant, Reminder, is_deceptive};

/// Line length of plain text: RFC 5322, section 2.1.1, recommends at most 78.
const WIDTH: usize = 78;

/// One line of at most `most` characters: control characters and line breaks become spaces, characters that reorder
/// or hide text are dropped, what is too long ends in "…".
pub(super) fn clean(text: &str, most: usize) -> String {
    let visible = text.chars().filter(|c| !is_deceptive(*c)).map(|c| if c.is_control() { ' ' } else { c });
    let line: String = visible.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(most) {
        Some(_) => line.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
        None => line,
    }
}

/// "12 May 2026" on the calendar of the zone.
pub(super) fn day(instant: Instant, zone: chrono_tz::Tz) -> String {
    instant.with_timezone(&zone).format("%-d %B %Y").to_string()
}

/// "12 May 2026 09:00 BST" on the clocks of the zone.
pub(super) fn moment(instant: Instant, zone: chrono_tz::Tz) -> String {
    instant.with_timezone(&zone).format("%-d %B %Y %H:%M %Z").to_string()
}

/// "reminder 3, first sent on 12 May 2026"; nothing the first time.
pub(super) fn history(ordinal: u32, first_sent: Option<Instant>, zone: chrono_tz::Tz) -> String {
    match first_sent {
        Some(first) if ordinal > 1 => format!("reminder {ordinal}, first sent on {}", day(first, zone)),
        _ => String::new(),
    }
}

/// The whole message as plain text.
pub(super) fn plain(preamble: &str, reminders: &[Reminder], more: u32) -> String {
    let mut text = wrap(preamble, "");
    for (place, reminder) in reminders.iter().enumerate() {
        text.push('\n');
        let number = if reminders.len() > 1 { format!("{}. ", place + 1) } else { String::new() };
        text.push_str(&wrap(&format!("{number}{}", reminder.title), ""));
        text.push_str(&wrap(&reminder.sentence, "   "));
        let widest = reminder.facts.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
        for (name, value) in &reminder.facts {
            text.push_str(&wrap_fact(name, value, widest));
        }
        if !reminder.history.is_empty() {
            text.push_str(&wrap(&format!("({})", reminder.history), "   "));
        }
        if let Some(link) = &reminder.link {
            // A link is never broken: readers of plain mail could not follow it.
            text.push_str(&format!("   {link}\n"));
        }
    }
    if more > 0 {
        text.push_str(&format!("\n… and {more} more, less urgent than these.\n"));
    }
    text
}

fn wrap(text: &str, indent: &str) -> String {
    fill(text, indent, indent)
}

/// Words stay whole: a group's or region's name that is broken at its hyphen cannot be copied.
fn fill(text: &str, first: &str, others: &str) -> String {
    let options = textwrap::Options::new(WIDTH).initial_indent(first).subsequent_indent(others);
    textwrap::fill(text, options.break_words(false).word_splitter(WordSplitter::NoHyphenation)) + "\n"
}

fn wrap_fact(name: &str, value: &str, widest: usize) -> String {
    let label = format!("   {:<1$}  ", format!("{name}:"), widest + 1);
    let hang = " ".repeat(label.chars().count());
    fill(value, &label, &hang)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleans_what_could_forge_or_hide() {
        assert_eq!(clean("Sales\r\nBcc: eve@x.test", 80), "Sales Bcc: eve@x.test");
        assert_eq!(clean("a\u{202e}b\u{0}c\u{200b}d", 80), "ab cd");
        assert_eq!(clean("<script>", 80), "<script>", "escaping is for whoever renders");
        assert_eq!(clean("abcdef", 4), "abc…");
        assert_eq!(clean("日本語", 3), "日本語");
    }

    #[test]
    fn says_the_history_from_the_second_time_on() {
        let first = "2026-05-12T23:30:00Z".parse().ok();
        assert_eq!(history(1, None, chrono_tz::UTC), "");
        assert_eq!(history(3, first, chrono_tz::UTC), "reminder 3, first sent on 12 May 2026");
        assert_eq!(history(3, first, chrono_tz::Asia::Tokyo), "reminder 3, first sent on 13 May 2026");
    }

    #[test]
    fn names_are_not_broken_at_their_hyphens() {
        for words in 0..20 {
            let name = "the-bucket-of-the-team-in-eu-west-1";
            let text = format!("{} {name} waits.", "a ".repeat(20 + words));
            assert!(wrap(&text, "   ").contains(name), "{}", wrap(&text, "   "));
            assert!(wrap_fact("Items", &text, 5).contains(name), "{}", wrap_fact("Items", &text, 5));
        }
    }

    #[test]
    fn lines_of_plain_text_are_short_but_links_are_whole() {
        let reminder = Reminder {
            item: "share:s1".into(),
            title: "Pending share request for Sales".into(),
            sentence: "eu-west-1 ".repeat(60),
            severity: crate::model::Severity::Warning,
            facts: vec![("Purpose".into(), "because ".repeat(40)), ("Team".into(), "risk".into())],
            link: Some(format!("https://x.test/{}", "a".repeat(100))),
            ordinal: 2,
            history: "reminder 2, first sent on 12 May 2026".into(),
            ..Reminder::default()
        };
        let text = plain("Two things.", &[reminder.clone(), reminder], 12);
        let long: Vec<_> = text.lines().filter(|line| line.chars().count() > WIDTH).collect();
        assert!(long.iter().all(|line| line.trim_start().starts_with("https://")), "{long:?}");
        assert_eq!(long.len(), 2);
        assert!(!text.contains("eu-\n") && !text.contains("west-\n"), "words stay whole: {text}");
        assert!(text.ends_with("… and 12 more, less urgent than these.\n"), "{text}");
        assert!(text.contains("\n2. Pending share request for Sales\n"), "{text}");
    }
}

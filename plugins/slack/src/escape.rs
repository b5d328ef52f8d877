//! Texts that Slack shows and does not obey.
//!
//! Slack gives a meaning to `<…>` wherever it reads text: links whose text lies, `<!channel>`, `<@user>`. Escaped, as its
//! documentation has it, they are only characters. Characters that format have no escape, so that they are replaced by
//! ones that look alike where they would format.

use nudged_sdk::clean;

/// One line for a text object of the type `plain_text`, at most so many characters with its escapes.
pub(crate) fn plain(text: &str, most: usize) -> String {
    fitted(&clean::line(text, most), most, |_, c, _| c)
}

/// The same for a text object of the type `mrkdwn`, without any formatting of its own.
pub(crate) fn mrkdwn(text: &str, most: usize) -> String {
    fitted(&clean::line(text, most), most, unformatted)
}

/// Text of several lines.
pub(crate) fn lines(text: &str, most: usize) -> String {
    fitted(clean::lines(text).trim_end(), most, |_, c, _| c)
}

/// The address of a link as it stands in `<address|text>`, if it leads to the web and is at most so long.
pub(crate) fn link(link: &str, most: usize) -> Option<String> {
    let link = clean::web_link(link)?;
    let mut escaped = String::new();
    for c in link.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("%3C"),
            '>' => escaped.push_str("%3E"),
            '|' => escaped.push_str("%7C"),
            c => escaped.push(c),
        }
    }
    (escaped.chars().count() <= most).then_some(escaped)
}

/// What stands for a character between two others. A `_` between letters formats nothing, and names of tables are full
/// of them; a `>` at the beginning of a line, though escaped, is a quotation.
fn unformatted(before: char, c: char, after: char) -> char {
    match c {
        '*' => '∗',
        '~' => '∼',
        '`' => 'ˋ',
        '_' if !(is_letter(before) && is_letter(after)) => 'ˍ',
        '>' if before == '\n' => '›',
        c => c,
    }
}

/// Near enough, without the tables of all letters: what is not ASCII is mostly one.
fn is_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || !c.is_ascii()
}

/// Escaped, and cut so that no escape is.
fn fitted(text: &str, most: usize, swap: impl Fn(char, char, char) -> char) -> String {
    let (mut fitted, mut length, mut before) = (String::new(), 0, '\n');
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let mut one = [0; 4];
        let shown = match swap(before, c, rest.peek().copied().unwrap_or('\n')) {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            other => other.encode_utf8(&mut one),
        };
        length += shown.chars().count();
        // The last one needs no room for the mark of a text that was cut.
        if length > most || (length == most && rest.peek().is_some()) {
            return fitted + "…";
        }
        fitted.push_str(shown);
        before = c;
    }
    fitted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_angle_brackets_is_obeyed() {
        let hostile = "<!channel> <@U123> <https://evil.test|Sales> & more";
        let harmless = "&lt;!channel&gt; &lt;@U123&gt; &lt;https://evil.test|Sales&gt; &amp; more";
        assert_eq!(plain(hostile, 200), harmless);
        assert_eq!(mrkdwn(hostile, 200), harmless);
        assert_eq!(lines(hostile, 200), harmless);
    }

    #[test]
    fn what_would_format_looks_alike_and_does_not() {
        assert_eq!(mrkdwn("*bold* ~gone~ `code` _so_", 200), "∗bold∗ ∼gone∼ ˋcodeˋ ˍsoˍ");
        assert_eq!(mrkdwn("sales_orders_2024", 200), "sales_orders_2024");
        assert_eq!(mrkdwn("> quoted > not", 200), "› quoted &gt; not");
        assert_eq!(plain("*as it is*", 200), "*as it is*");
    }

    #[test]
    fn texts_are_cut_between_escapes_and_never_longer_than_allowed() {
        assert_eq!(plain("abcde", 5), "abcde");
        assert_eq!(plain("abcdef", 5), "abcd…");
        assert_eq!(plain("a<<<", 5), "a…");
        assert_eq!(plain("a<", 5), "a&lt;");
        for most in 1..40 {
            assert!(mrkdwn(&"<&>é".repeat(50), most).chars().count() <= most, "{most}");
        }
    }

    #[test]
    fn links_lead_to_the_web_and_cannot_leave_their_brackets() {
        let hostile = link("https://x.test/a?b=1&c=<|>", 200);
        assert_eq!(hostile.as_deref(), Some("https://x.test/a?b=1&amp;c=%3C%7C%3E"));
        for none in ["javascript:alert(1)", "slack://x", "https://x.test/\ny", ""] {
            assert_eq!(link(none, 200), None, "{none}");
        }
        assert_eq!(link("https://x.test/abc", 10), None, "too long to be shown");
    }
}

//! Texts from databases and people, made fit to be shown. Escaping for where they are put is the channel's.

/// One line: white space and control characters become single blanks, what reorders or hides text is dropped,
/// and what is over `most` characters is cut.
///
/// ```
/// assert_eq!(nudged_sdk::clean::line("Sales\r\nEurope\u{202e}", 200), "Sales Europe");
/// ```
pub fn line(text: &str, most: usize) -> String {
    let mut line = String::new();
    for c in text.chars().filter(|c| !is_hidden(*c)) {
        if !(c.is_whitespace() || c.is_control()) {
            line.push(c);
        } else if !line.is_empty() && !line.ends_with(' ') {
            line.push(' ');
        }
    }
    crate::text::shortened(line.trim_end(), most)
}

/// The same text with its lines, without control characters and what reorders or hides text.
pub fn lines(text: &str) -> String {
    text.chars().filter(|c| *c == '\n' || !(c.is_control() || is_hidden(*c))).collect()
}

/// The address of a link if it leads to the web: browsers and mail clients do other things with other schemes.
///
/// ```
/// assert_eq!(nudged_sdk::clean::web_link("https://x.test/a"), Some("https://x.test/a"));
/// assert_eq!(nudged_sdk::clean::web_link("javascript:alert(1)"), None);
/// ```
pub fn web_link(link: &str) -> Option<&str> {
    let rest = ["https://", "http://"].into_iter().find_map(|scheme| {
        let start = link.get(..scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then(|| link.get(scheme.len()..)).flatten()
    })?;
    let sound = !rest.is_empty() && !rest.chars().any(|c| c.is_whitespace() || c.is_control() || is_hidden(c));
    sound.then_some(link)
}

/// Marks, overrides and isolates of the bidirectional algorithm, which can make a name read as another, and
/// characters without width.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

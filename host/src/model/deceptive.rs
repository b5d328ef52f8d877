//! Characters that make a text look like another.

/// Whether a character reorders or hides text: marks, overrides and isolates of the bidirectional algorithm, characters
/// without width, annotations, tags. None of them is needed to read a name.
pub fn is_deceptive(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

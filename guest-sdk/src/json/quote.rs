//! Texts as JSON strings.

/// Writes the text with its quotation marks. What serde_json would do, in a tenth of its code.
pub(crate) fn quote(text: &str, out: &mut String) {
    put("\"", out);
    for (at, c) in text.char_indices() {
        if c < ' ' || matches!(c, '"' | '\\') {
            put("\\u00", out);
            hexadecimal(u32::from(c) >> 4, out);
            hexadecimal(u32::from(c) & 15, out);
        } else {
            put(text.get(at..at + c.len_utf8()).unwrap_or_default(), out);
        }
    }
    put("\"", out);
}

fn hexadecimal(digit: u32, out: &mut String) {
    let at = digit as usize;
    put("0123456789abcdef".get(at..=at).unwrap_or_default(), out);
}

/// Writes a text, by a call: inlined, it would be 80 bytes of code wherever it is written.
#[inline(never)]
pub fn put(text: &str, out: &mut String) {
    out.push_str(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_is_read_back_by_another_reader() {
        let text: String = (0..0x300).filter_map(char::from_u32).chain("😀\u{2028}".chars()).collect();
        let mut quoted = String::new();
        quote(&text, &mut quoted);
        assert_eq!(serde_json::from_str::<String>(&quoted).expect("JSON"), text);
    }
}

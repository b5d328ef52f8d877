//! What may be a name.

/// Whether a text can name a reminder, a channel or a plugin: `[a-z][a-z0-9-]*`, at most 64 bytes.
pub fn is_name(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

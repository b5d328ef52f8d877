//! Which header fields a plugin may add to a mail.

/// Fields that the host sets, and those that would change who gets the mail or what it claims to be.
const HELD: [&str; 13] = [
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "bcc",
    "date",
    "subject",
    "message-id",
    "return-path",
    "mime-version",
    "received",
    "dkim-signature",
];

/// Longest value: RFC 5322's line limit of 998 bytes, less the field's name.
const VALUE_BYTES: usize = 900;

/// Whether a plugin may set this field: a well-formed name that the host does not hold, a printable ASCII value on
/// one line.
pub fn header_is_free(name: &str, value: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let well_formed =
        !name.is_empty() && name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let held = HELD.contains(&lower.as_str()) || lower.starts_with("content-") || lower.starts_with("resent-");
    let printable = value.len() <= VALUE_BYTES && value.bytes().all(|b| (b' '..=b'~').contains(&b));
    well_formed && !held && printable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_fields_are_free() {
        let cases = [
            ("Auto-Submitted", "auto-generated", true),
            ("X-Nudged-Items", "share:s1", true),
            ("Bcc", "eve@x.test", false),
            ("FROM", "eve@x.test", false),
            ("Content-Type", "text/html", false),
            ("X-A", "b\r\nBcc: eve@x.test", false),
            ("X-A: b\r\nBcc", "eve@x.test", false),
            ("X-A", "nul\0", false),
            ("X-A", "caf\u{e9}", false),
            ("", "x", false),
        ];
        for (name, value, free) in cases {
            assert_eq!(header_is_free(name, value), free, "{name:?}: {value:?}");
        }
    }
}

//! Which header fields a plugin may add to a mail.

/// Fields that say something about the mail and nothing about who gets it, answers it or confirms it: relays and their
/// operators give meaning to many others (`X-SMTPAPI`, `Disposition-Notification-To`).
const FREE: [&str; 5] = ["auto-submitted", "importance", "precedence", "priority", "x-priority"];

/// Longest value: RFC 5322's line limit of 998 bytes, less the field's name.
const VALUE_BYTES: usize = 900;

/// Whether a plugin may set this field: one of the harmless, those of mailing lists (RFC 2369, RFC 2919) or our own; with
/// a printable ASCII value on one line.
pub fn header_is_free(name: &str, value: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let well_formed = name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let free = FREE.contains(&lower.as_str()) || lower.starts_with("list-") || lower.starts_with("x-nudged-");
    let printable = value.len() <= VALUE_BYTES && value.bytes().all(|b| (b' '..=b'~').contains(&b));
    well_formed && free && printable
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
            ("X-Nudged-A", "b\r\nBcc: eve@x.test", false),
            ("X-Nudged-A: b\r\nBcc", "eve@x.test", false),
            ("X-Nudged-A", "nul\0", false),
            ("X-Nudged-A", "caf\u{e9}", false),
            ("List-Unsubscribe", "<https://x.test/u>", true),
            ("X-SMTPAPI", "{}", false),
            ("References", "<1@x.test>", false),
            ("In-Reply-To", "<1@x.test>", false),
            ("Disposition-Notification-To", "eve@x.test", false),
            ("", "x", false),
        ];
        for (name, value, free) in cases {
            assert_eq!(header_is_free(name, value), free, "{name:?}: {value:?}");
        }
    }
}

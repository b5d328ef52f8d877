//! Where a recipient says that they want no more.

use nudged_sdk::Notification;

/// Longest address: it has to fit into one header field.
const LONGEST: usize = 800;

/// The place, if it is a page or a mailbox and can stand in a header field (RFC 2369) as it is.
pub(crate) fn place<P>(notification: &Notification<'_, P>) -> Option<String> {
    notification.unsubscribe().filter(|place| is_sound(place))
}

fn is_sound(place: &str) -> bool {
    let known = ["https://", "mailto:"].iter().any(|scheme| {
        let start = place.get(..scheme.len()).unwrap_or_default();
        start.eq_ignore_ascii_case(scheme) && place.len() > scheme.len()
    });
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b'"' | b',' | b'\\');
    known && place.len() <= LONGEST && place.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_stand_in_a_header_field_is_a_place() {
        for sound in ["https://x.test/u?r=pam%40x.test&c=email", "mailto:stop@x.test?subject=pam", "HTTPS://x.test"] {
            assert!(is_sound(sound), "{sound}");
        }
        let broken = [
            "http://x.test",
            "javascript:alert(1)",
            "https://",
            "mailto:",
            "",
            "https://x.test/\r\nBcc: eve@x.test",
            "https://x.test/ y",
            "https://x.test/>,<https://eve.test",
            "https://x.test/,mailto:eve@x.test",
            "https://x.test/\u{e9}",
        ];
        for broken in broken {
            assert!(!is_sound(broken), "{broken}");
        }
        assert!(!is_sound(&format!("https://x.test/{}", "x".repeat(LONGEST))));
    }
}

//! Which header fields a guest may set.

use reqwest::header::{HeaderName, HeaderValue};

/// Fields that are the host's: they say where the request goes, where its body ends, what connection it is on and who
/// signed it. An encoded answer could not be searched for secrets, and nor could a part of one that the guest chooses.
const RESERVED: [&str; 15] = [
    "host",
    "content-length",
    "connection",
    "keep-alive",
    "transfer-encoding",
    "te",
    "trailer",
    "upgrade",
    "expect",
    "accept-encoding",
    "range",
    "if-range",
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
];

/// The field as it is sent.
///
/// # Errors
/// What is wrong with it, as the end of "asked for …". The value is never quoted: it may hold a secret.
pub(super) fn field(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    let known = HeaderName::from_bytes(name.as_bytes()).map_err(|_| format!("the malformed header name {name:?}"))?;
    if RESERVED.contains(&known.as_str()) || known.as_str().starts_with("proxy-") {
        return Err(format!("the header field {name:?}, which is the host's own"));
    }
    let fits = value.chars().all(|c| c == '\t' || !c.is_control());
    let value = fits.then(|| HeaderValue::from_bytes(value.as_bytes()).ok()).flatten();
    let value = value.ok_or_else(|| format!("a value with control characters in the header field {name:?}"))?;
    Ok((known, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hosts_own_fields_and_malformed_ones_are_refused() {
        for name in
            ["Host", "CONTENT-LENGTH", "te", "Proxy-Authorization", "proxy-x", "Webhook-Id", "Accept-Encoding", "Range"]
        {
            let why = field(name, "x").expect_err(name);
            assert!(why.ends_with("the host's own"), "{why}");
        }
        for name in ["", "a b", "a:b", "a\r\nb", "ä"] {
            assert!(field(name, "x").expect_err(name).contains("malformed"), "{name:?}");
        }
        for value in ["a\r\nb: c", "a\nb", "a\0b", "a\u{7f}", "a\u{85}b"] {
            let why = field("x-a", value).expect_err(value);
            assert_eq!(why, "a value with control characters in the header field \"x-a\"");
        }
    }

    #[test]
    fn other_fields_are_sent_as_they_are() {
        for (name, value) in
            [("Authorization", "Bearer x"), ("content-type", "text/plain; charset=utf-8"), ("X-A", "é\t")]
        {
            let (known, sent) = field(name, value).unwrap_or_else(|why| panic!("{why}"));
            assert_eq!((known.as_str(), sent.as_bytes()), (name.to_lowercase().as_str(), value.as_bytes()));
        }
    }
}

//! Standard Webhooks signatures (<https://www.standardwebhooks.com>), version 1: an HMAC with SHA-256 over id, time and
//! body.

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::config::Secret;

/// How keys are marked where people handle them.
const PREFIX: &str = "whsec_";

/// A key of the signature.
pub(super) struct Key(Hmac<Sha256>);

/// The secret is no key. Says nothing of its value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoKey;

impl Key {
    /// `whsec_<base64>`, or the base64 alone.
    pub(super) fn read(secret: &Secret) -> Result<Self, NoKey> {
        let text = secret.expose().trim();
        let bytes = BASE64_STANDARD.decode(text.strip_prefix(PREFIX).unwrap_or(text)).map_err(|_| NoKey)?;
        if bytes.is_empty() {
            return Err(NoKey);
        }
        Hmac::new_from_slice(&bytes).map(Self).map_err(|_| NoKey)
    }
}

/// The value of the field `webhook-signature`: one signature a key, so that keys can be changed without a gap. The
/// timestamp is in seconds since 1970.
pub(super) fn signature(keys: &[Key], id: &str, timestamp: i64, body: &[u8]) -> String {
    let one = |Key(key): &Key| {
        let mut mac = key.clone();
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
    };
    keys.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Result<Key, NoKey> {
        Key::read(&Secret::new(text))
    }

    /// The example of the specification.
    #[test]
    fn signs_as_the_specification_does() {
        let key = key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a key");
        let signed = signature(&[key], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn several_keys_make_several_signatures_and_the_prefix_is_optional() {
        let keys = ["whsec_AAAA", "AAAA", "BBBB"].map(|text| key(text).expect("a key"));
        let signed = signature(&keys, "id", 1, b"");
        let [a, b, c] = signed.split(' ').collect::<Vec<_>>()[..] else { panic!("{signed}") };
        assert!(a == b && b != c, "{signed}");
    }

    #[test]
    fn what_is_not_base64_or_empty_is_no_key() {
        for text in ["", "whsec_", "whsec_not base64", "ümlaut", "AAA"] {
            assert!(key(text).is_err(), "{text:?}");
        }
    }
}

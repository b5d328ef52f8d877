//! Takes secrets out of what the other side sends back: a guest that had its request echoed would know them.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
};

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::Url;

use crate::config::Secret;

/// What stands in the place of a secret.
const BLOT: &str = "…";

/// Shortest text that is looked for beside a secret itself: anything shorter is part of ordinary words.
const SHORTEST: usize = 8;

/// What RFC 3986 calls unreserved is not encoded by most.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Knows every form of a channel's secrets.
pub(super) struct Blotter {
    /// By first byte, longest first: an answer may be long, and every place in it is looked at.
    forms: HashMap<u8, Vec<Vec<u8>>>,
}

impl Blotter {
    pub(super) fn new<'s>(secrets: impl IntoIterator<Item = &'s Secret>) -> Self {
        let all: BTreeSet<_> = secrets.into_iter().flat_map(|secret| forms(secret.expose())).collect();
        let mut forms: HashMap<u8, Vec<Vec<u8>>> = HashMap::new();
        for form in all {
            forms.entry(form[0]).or_default().push(form);
        }
        forms.values_mut().for_each(|forms| forms.sort_by_key(|form| Reverse(form.len())));
        Self { forms }
    }

    /// The longest form that begins here.
    fn form_at(&self, bytes: &[u8]) -> Option<&[u8]> {
        let forms = self.forms.get(bytes.first()?)?;
        forms.iter().find(|form| bytes.starts_with(form)).map(Vec::as_slice)
    }

    /// The bytes without secrets.
    pub(super) fn bytes(&self, bytes: Vec<u8>) -> Vec<u8> {
        let mut kept = Vec::new();
        let (mut from, mut at) = (0, 0);
        while at < bytes.len() {
            match self.form_at(&bytes[at..]) {
                Some(form) => {
                    kept.extend_from_slice(&bytes[from..at]);
                    kept.extend_from_slice(BLOT.as_bytes());
                    at += form.len();
                    from = at;
                }
                None => at += 1,
            }
        }
        if from == 0 {
            return bytes;
        }
        kept.extend_from_slice(&bytes[from..]);
        kept
    }

    /// The text without secrets.
    pub(super) fn text(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.bytes(text.as_bytes().to_vec())).into_owned()
    }
}

/// Every form in which a secret may come back, none of them empty. A URL comes back in parts, too.
fn forms(secret: &str) -> Vec<Vec<u8>> {
    let long = |part: &String| part.len() >= SHORTEST;
    let parts: Vec<_> = parts(secret).into_iter().filter(long).collect();
    let encoded = std::iter::once(secret).chain(parts.iter().map(String::as_str)).flat_map(encodings).filter(long);
    std::iter::once(secret.to_owned())
        .chain(parts.clone())
        .chain(encoded)
        .filter(|form| !form.is_empty())
        .map(String::into_bytes)
        .collect()
}

fn parts(secret: &str) -> Vec<String> {
    let mut parts: Vec<_> = secret.strip_prefix("whsec_").map(str::to_owned).into_iter().collect();
    if let Ok(url) = Url::parse(secret) {
        let path = url.path().to_owned();
        let whole = url.query().map_or_else(|| path.clone(), |query| format!("{path}?{query}"));
        let segments = || url.path_segments().into_iter().flatten();
        parts.extend(segments().map(str::to_owned));
        parts.extend(segments().map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned()));
        parts.extend(url.query_pairs().map(|(_, value)| value.into_owned()));
        parts.extend([url.into(), whole, path]);
    }
    parts
}

fn encodings(text: &str) -> Vec<String> {
    let percent = utf8_percent_encode(text, RESERVED).to_string();
    let json = serde_json::Value::from(text).to_string();
    let json = json.trim_matches('"').to_owned();
    let mut forms = vec![lower_case_escapes(&percent), percent, json.replace('/', "\\/"), in_ascii(&json, true)];
    forms.extend([in_ascii(&json, false), json, in_html(text, "&#39;"), in_html(text, "&#x27;"), in_html(text, "'")]);
    forms.extend([hex(text), hex(text).to_ascii_uppercase()]);
    for before in 0..3 {
        forms.extend([BASE64_STANDARD, BASE64_URL_SAFE].map(|engine| within_base64(text, before, &engine)));
    }
    forms
}

/// JSON as some write it: what is not ASCII as `\u00e9`, and, where it is to be safe in HTML, `<`, `>`, `&` and `'` as well.
fn in_ascii(json: &str, html: bool) -> String {
    let escaped = |c: char| !c.is_ascii() || html && matches!(c, '<' | '>' | '&' | '\'');
    json.chars().fold(String::new(), |mut text, c| {
        match escaped(c) {
            true => text.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}"))),
            false => text.push(c),
        }
        text
    })
}

/// As pages of errors quote a request.
fn in_html(text: &str, apostrophe: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', apostrophe)
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// `%2F` as `%2f`.
fn lower_case_escapes(percent: &str) -> String {
    let mut pieces = percent.split('%');
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| {
        let (escape, rest) = piece.split_at(2.min(piece.len()));
        format!("{text}%{}{rest}", escape.to_ascii_lowercase())
    })
}

/// The part of base64 that does not depend on what stands around the text, with this many bytes before it (modulo 3):
/// `Basic` credentials are an encoding of user and password together.
fn within_base64(text: &str, before: usize, engine: &impl Engine) -> String {
    let bytes = [&[0; 3][..before], text.as_bytes()].concat();
    let whole = bytes.len() * 8 / 6;
    let first = (before * 8).div_ceil(6);
    engine.encode(&bytes)[first..whole.max(first)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "pa/ss+wörd\"=&1";

    fn blotter(secrets: &[&str]) -> Blotter {
        let secrets: Vec<_> = secrets.iter().map(|secret| Secret::new(*secret)).collect();
        Blotter::new(&secrets)
    }

    #[test]
    fn every_form_of_a_secret_is_blotted_out() {
        let blotter = blotter(&[SECRET]);
        let percent = utf8_percent_encode(SECRET, RESERVED).to_string();
        let forms = [
            SECRET.to_owned(),
            percent.clone(),
            lower_case_escapes(&percent),
            utf8_percent_encode(SECRET, NON_ALPHANUMERIC).to_string(),
            serde_json::json!(SECRET).to_string().trim_matches('"').to_owned(),
            r#"pa/ss+w\u00f6rd\"=&1"#.to_owned(),
            r#"pa/ss+w\u00f6rd\"=\u00261"#.to_owned(),
            "pa/ss+wörd&quot;=&amp;1".to_owned(),
            hex(SECRET),
        ];
        for form in forms {
            assert_eq!(blotter.text(&format!("<{form}|{form}>")), "<…|…>", "{form}");
        }
    }

    #[test]
    fn a_secret_within_base64_is_blotted_out_wherever_it_begins() {
        let blotter = blotter(&[SECRET]);
        for user in ["", "u", "us", "user"] {
            for after in ["", "x", "xyz"] {
                let both = format!("{user}{SECRET}{after}");
                for encoded in [BASE64_STANDARD.encode(&both), BASE64_URL_SAFE.encode(&both)] {
                    let shown = blotter.text(&encoded);
                    assert!(shown.contains('…') && shown.len() < encoded.len() / 2 + 8, "{both}: {encoded}: {shown}");
                }
            }
        }
    }

    #[test]
    fn the_parts_of_a_url_are_blotted_out_but_for_ordinary_words() {
        let blotter =
            blotter(&["https://hooks.x.test/services/T0AAAAAAA/B0AAAAAAA/t0k3nt0k3n/a%2Fb%20c%20d%20e?key=k3yk3yk3y"]);
        for part in ["/services/T0AAAAAAA/B0AAAAAAA/t0k3nt0k3n", "t0k3nt0k3n", "a/b c d e", "k3yk3yk3y"] {
            assert!(!blotter.text(&format!("no {part} here")).contains(part), "{part}");
        }
        assert_eq!(blotter.text("hooks.x.test has no key"), "hooks.x.test has no key");
    }

    #[test]
    fn the_longest_form_counts_and_other_bytes_stay() {
        let blotter = blotter(&["secret-one", "secret-one-and-two"]);
        assert_eq!(blotter.text("a secret-one-and-two b secret-one c"), "a … b … c");
        let bytes = vec![0xff, 0, 0xfe];
        assert_eq!(blotter.bytes(bytes.clone()), bytes);
    }
}

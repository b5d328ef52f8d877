//! Finding secrets wherever they may have come to.

use std::{fs, path::Path};

use base64::{Engine, prelude::BASE64_STANDARD};

/// Every form in which a secret may show: as it is, percent-encoded, in JSON, in hex, and within base64 wherever it begins.
fn forms(secret: &str) -> Vec<String> {
    let percent = |keep: fn(u8) -> bool| {
        let one = |byte: u8| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
        secret.bytes().map(one).collect::<String>()
    };
    let json = serde_json::json!(secret).to_string();
    let mut forms = vec![
        secret.to_owned(),
        percent(|byte| byte.is_ascii_alphanumeric()),
        percent(|byte| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte)),
        json.trim_matches('"').to_owned(),
        secret.bytes().map(|byte| format!("{byte:02x}")).collect(),
    ];
    for before in 0..3 {
        let encoded = BASE64_STANDARD.encode([&b"xxx"[..before], secret.as_bytes()].concat());
        // The first and the last characters depend on what stands beside it.
        forms.push(encoded.trim_end_matches('=')[before + usize::from(before > 0)..encoded.len() - 4].to_owned());
    }
    forms
}

/// Fails if one of the secrets, in whatever form, is in these bytes.
pub(super) fn assert_clean(place: &str, bytes: &[u8], secrets: &[&str]) {
    for secret in secrets {
        for form in forms(secret) {
            let at = bytes.windows(form.len()).position(|window| window == form.as_bytes());
            if let Some(at) = at {
                let around = &bytes[at.saturating_sub(200)..(at + form.len() + 50).min(bytes.len())];
                panic!("{place} holds {secret:?} as {form:?}: {}", String::from_utf8_lossy(around));
            }
        }
    }
}

/// Looks through every file of a folder but those below `secrets`.
pub(super) fn assert_folder_clean(folder: &Path, secrets: &[&str]) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match () {
            () if path.ends_with("secrets") => {}
            () if path.is_dir() => assert_folder_clean(&path, secrets),
            () => assert_clean(&path.display().to_string(), &fs::read(&path).expect("a file"), secrets),
        }
    }
}

#[test]
fn a_leak_is_found_in_every_form() {
    let secret = "cnry+one/é\"two=";
    for form in [
        "cnry+one/é\"two=".to_owned(),
        "cnry%2Bone%2F%C3%A9%22two%3D".to_owned(),
        "{\"a\":\"cnry+one/é\\\"two=\"}".to_owned(),
        BASE64_STANDARD.encode(format!("user:{secret}")),
        BASE64_STANDARD.encode(format!("us:{secret}!")),
        BASE64_STANDARD.encode(format!("\0me:{secret}and more")),
    ] {
        let found = std::panic::catch_unwind(|| assert_clean("it", form.as_bytes(), &[secret]));
        assert!(found.is_err(), "{form}");
    }
    assert_clean("it", b"nothing of it", &[secret]);
}

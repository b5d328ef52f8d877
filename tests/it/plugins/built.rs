//! Components that were built with a released SDK go on being admitted and answering alike: one for each version and
//! language, kept as it was built.

use std::{
    fs,
    path::{Path, PathBuf},
};

use nudged_tests::Author;

/// A folder for each version of the SDK: `<kind>.<language>.wasm.zst` and `<kind>.json`, the cases that it passes.
const COMPONENTS: &str = "fixtures/components";

/// Which there have to be, by version: an SDK without a component proves nothing.
const KEPT: [(&str, &[&str]); 1] = [(
    "0.1.0",
    &[
        "channel.rust",
        "record-strategy.rust",
        "share-strategy.javascript",
        "share-strategy.python",
        "share-strategy.rust",
        "stack-strategy.rust",
    ],
)];

fn unpacked(file: &Path) -> Vec<u8> {
    let packed = fs::File::open(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let mut bytes = Vec::new();
    let mut decoder = ruzstd::decoding::StreamingDecoder::new(packed).expect("zstd");
    std::io::Read::read_to_end(&mut decoder, &mut bytes).expect("zstd");
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_built_with_a_released_sdk_is_admitted_and_passes_its_cases() {
    let author = Author::new();
    for (version, names) in KEPT {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(COMPONENTS).join(version);
        for name in names {
            let component = author.path(format!("{name}.wasm"));
            fs::write(&component, unpacked(&folder.join(format!("{name}.wasm.zst")))).expect("a component");
            let component = component.to_str().expect("UTF-8");
            author.well(&["plugin", "check", component]).await;
            let kind = name.split_once('.').expect("a kind and a language").0;
            let cases = folder.join(format!("{kind}.json"));
            let said = author.well(&["plugin", "test", component, "--cases", cases.to_str().expect("UTF-8")]).await;
            assert!(said.ends_with(" ok, 0 failed\n") && !said.starts_with("0 "), "{version} {name}: {said}");
        }
    }
}

#[test]
fn nothing_is_kept_that_is_not_tried() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(COMPONENTS);
    let names = |folder: &Path| {
        let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
        let mut names: Vec<_> = entries.map(|name| name.into_string().expect("UTF-8")).collect();
        names.sort();
        names
    };
    assert_eq!(names(&folder), KEPT.map(|(version, _)| version));
    for (version, kept) in KEPT {
        let components = names(&folder.join(version)).into_iter();
        let components: Vec<_> =
            components.filter_map(|name| Some(name.strip_suffix(".wasm.zst")?.to_owned())).collect();
        assert_eq!(components, kept, "{version}");
    }
}

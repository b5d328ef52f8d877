//! `nudged plugin new` and `build`.

use std::{fs, process::Stdio};

use nudged_tests::Author;

const KINDS: [&str; 4] = ["share-strategy", "stack-strategy", "record-strategy", "channel"];

#[tokio::test(flavor = "multi_thread")]
async fn a_new_plugin_in_rust_builds_and_passes_its_own_tests() {
    let author = Author::new();
    for kind in KINDS {
        let name = format!("my-{kind}");
        let made = author.well(&["plugin", "new", &name, "--kind", kind, "--lang", "rust"]).await;
        assert!(made.starts_with(&format!("made {name}\n")), "{made}");
        let built = author.well(&["plugin", "build", &name]).await;
        assert!(built.starts_with(&format!("built {name}/dist/{name}.wasm (")), "{built}");
        let bytes = fs::read(author.path(format!("{name}/dist/{name}.wasm"))).expect("a component");
        assert!(bytes.len() < 61_440, "{kind}: {} bytes", bytes.len());
        let mut native = std::process::Command::new("cargo");
        native.args(["test", "--quiet"]).current_dir(author.path(&name)).env("CARGO_TARGET_DIR", author.target());
        let native = native.stdin(Stdio::null()).output().expect("cargo starts");
        assert!(native.status.success(), "{kind}: {}", String::from_utf8_lossy(&native.stderr));
        assert!(String::from_utf8_lossy(&native.stdout).contains(" passed; 0 failed"), "{kind} has native tests");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_may_be_called_what_the_sdk_and_the_language_call_something() {
    let author = Author::new();
    let names = ["share", "finding", "option", "self", "core", "serde", "manifest"].map(|name| (name, KINDS[0]));
    let others = [("context", KINDS[1]), ("stack", KINDS[1]), ("record", KINDS[2]), ("channel", KINDS[3])];
    for (name, kind) in names.into_iter().chain(others).chain([("outcome", KINDS[3])]) {
        author.well(&["plugin", "new", name, "--kind", kind, "--lang", "rust"]).await;
        let mut cargo = std::process::Command::new("cargo");
        cargo.args(["check", "--quiet", "--tests"]).current_dir(author.path(name)).stdin(Stdio::null());
        let checked = cargo.env("CARGO_TARGET_DIR", author.target()).output().expect("cargo starts");
        assert!(checked.status.success(), "{name}: {}", String::from_utf8_lossy(&checked.stderr));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_library_of_another_name_is_shipped_as_it_is_now() {
    let author = Author::new();
    author.well(&["plugin", "new", "renamed", "--kind", "stack-strategy", "--lang", "rust"]).await;
    author.well(&["plugin", "build", "renamed"]).await;
    let component = || fs::read(author.path("renamed/dist/renamed.wasm")).expect("a component");
    let before = component();
    let change = |file: &str, from: &str, to: &str| {
        let text = fs::read_to_string(author.path(file)).expect("is there");
        author.write(file, &text.replace(from, to));
    };
    change("renamed/Cargo.toml", "renamed_plugin", "other");
    change("renamed/src/lib.rs", "CloudFormation reports", "It is said of CloudFormation that it reports");
    author.well(&["plugin", "build", "renamed"]).await;
    assert_ne!(before, component());
    change("renamed/Cargo.toml", "crate-type = [\"cdylib\"]", "");
    let done = author.nudged(&["plugin", "build", "renamed"]).await;
    assert!(done.stderr.contains("write `crate-type = [\"cdylib\"]` below [lib]"), "{done:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_compile_is_told_in_the_compilers_words() {
    let author = Author::new();
    author.well(&["plugin", "new", "broken", "--kind", "stack-strategy", "--lang", "rust"]).await;
    author.write("broken/src/lib.rs", "fn evaluate() -> u32 { \"no number\" }");
    let done = author.nudged(&["plugin", "build", "broken"]).await;
    assert_eq!((done.code, done.stdout.as_str()), (Some(1), ""), "{done:?}");
    assert!(done.stderr.contains("mismatched types") && done.stderr.contains("src/lib.rs:1"), "{done:?}");
    assert!(!author.path("broken/dist/broken.wasm").exists(), "nothing is left that could be shipped by mistake");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_compiler_the_author_is_told_where_to_get_one() {
    let author = Author::new();
    author.well(&["plugin", "new", "lonely", "--kind", "channel", "--lang", "rust"]).await;
    let mut command = author.command(&["plugin", "build", "lonely"]);
    let output = command.env("PATH", "").output().await.expect("it starts");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("a Rust plugin needs Rust (https://rustup.rs)"), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_no_plugins_is_refused_with_what_would_make_it_one() {
    let author = Author::new();
    let refused = async |what: &str| {
        let done = author.nudged(&["plugin", "build", "x"]).await;
        assert_eq!(done.code, Some(2), "{done:?}");
        assert!(done.stderr.contains(what), "{what}: {done:?}");
    };
    fs::create_dir(author.path("x")).expect("a folder");
    refused("is no plugin's folder: none of Cargo.toml").await;
    author.write("x/Cargo.toml", "[package]\nname = \"x\"");
    refused("name the plugin, and write its kind into [package.metadata.nudged]").await;
    author.write("x/Cargo.toml", "[package]\nname = \"x\"\n[package.metadata.nudged]\nkind = \"sharing\"");
    refused("unknown variant `sharing`, expected one of `share-strategy`").await;
    author.write("x/Cargo.toml", "[package]\nname = \"No_name\"\n[package.metadata.nudged]\nkind = \"channel\"");
    refused("the name \"No_name\" is not like \"pending-share\"").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_is_there_already_is_left_alone() {
    let author = Author::new();
    author.write("mine/notes.txt", "years of work");
    let done = author.nudged(&["plugin", "new", "mine", "--kind", "channel", "--lang", "rust"]).await;
    assert_eq!(done.code, Some(2), "{done:?}");
    assert!(done.stderr.contains("mine is there already"), "{done:?}");
    assert_eq!(fs::read_dir(author.path("mine")).expect("a folder").count(), 1);
    let done = author.nudged(&["plugin", "new", "a b", "--kind", "channel", "--lang", "rust"]).await;
    assert!(done.stderr.contains("\"a b\" is no plugin's name"), "{done:?}");
}

//! What is embedded with `include_dir!`: cargo does not see by itself when a file is added there.

fn main() {
    for folder in ["templates", "../guest-sdk", "../wit"] {
        println!("cargo:rerun-if-changed={folder}");
    }
}

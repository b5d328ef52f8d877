//! Names every guest of the tests, so that one without a row in the zoo's table does not compile.

use std::{env, fmt::Write, fs, path::Path};

/// Guests that are built from Rust.
const BUILT: &str = "guests/examples";
/// Names of those that are made by hand, one a line.
const HANDMADE: &str = "it/zoo/handmade.txt";

fn main() {
    for watched in [BUILT, HANDMADE] {
        println!("cargo::rerun-if-changed={watched}");
    }
    let mut guests = built();
    let handmade = fs::read_to_string(HANDMADE).expect("the names of the handmade guests");
    guests.extend(handmade.lines().map(|name| (name.to_owned(), false)));
    guests.sort();
    let target = Path::new(&env::var_os("OUT_DIR").expect("cargo's folder")).join("guest.rs");
    fs::write(target, code(&guests).expect("text")).expect("the file is written");
}

fn built() -> Vec<(String, bool)> {
    let files = fs::read_dir(BUILT).expect("the guests' folder").map(|file| file.expect("an entry").path());
    let sources = files.filter(|file| file.extension().is_some_and(|extension| extension == "rs"));
    sources.map(|file| (file.file_stem().expect("a name").to_string_lossy().into_owned(), true)).collect()
}

fn code(guests: &[(String, bool)]) -> Result<String, std::fmt::Error> {
    let mut code =
        "/// Every guest.\n#[derive(Debug, Clone, Copy, PartialEq, Eq)]\npub(crate) enum Guest {\n".to_owned();
    for (name, _) in guests {
        writeln!(code, "    /// `{name}`\n    {},", variant(name))?;
    }
    code += "}\n\nimpl Guest {\n    /// All of them, by name.\n    pub(crate) const ALL: &[(Self, &str, bool)] = &[\n";
    for (name, built) in guests {
        writeln!(code, "        (Self::{}, {name:?}, {built}),", variant(name))?;
    }
    code += "    ];\n}\n";
    Ok(code)
}

/// `log-flood` is `LogFlood`.
fn variant(name: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    name.split('-').map(capital).collect()
}

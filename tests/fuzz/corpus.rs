//! What inputs are made of, and those that are known.

use std::{
    fs,
    hash::{BuildHasher, BuildHasherDefault, DefaultHasher},
    path::{Path, PathBuf},
};

use nudged_tests::{guests_folder, handmade, plugins_folder};

/// Sound components, and some that are not.
pub(crate) struct Corpus(Vec<Vec<u8>>);

impl Corpus {
    /// The shipped plugins, the guests of the tests and a few made by hand, which are small.
    pub(crate) fn new() -> Self {
        let mut seeds: Vec<_> =
            files(&plugins_folder()).chain(files(&guests_folder())).map(|(_, bytes)| bytes).collect();
        let by_hand = [
            handmade::Module::default().component(),
            handmade::repeats_itself(),
            handmade::leaves_handles(),
            handmade::unfolding_schema(),
            handmade::instances("(memory 1)", 2),
            handmade::hollow("", &["nudged:plugin/delivery@0.1.0"]),
        ];
        // As often as the others: they are compiled in no time.
        for _ in 0..6 {
            seeds.extend(by_hand.clone());
        }
        Self(seeds)
    }

    pub(crate) fn some(&self, random: &mut fastrand::Rng) -> &[u8] {
        &self.0[random.usize(..self.0.len())]
    }
}

/// Inputs that brought the host down once.
pub(crate) fn known() -> impl Iterator<Item = (String, Vec<u8>)> {
    files(&fixtures())
}

/// Keeps an input; says where.
pub(crate) fn keep(bytes: &[u8]) -> PathBuf {
    let name = BuildHasherDefault::<DefaultHasher>::default().hash_one(bytes);
    let file = fixtures().join(format!("{name:016x}.wasm"));
    fs::write(&file, bytes).expect("the input is kept");
    file
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fuzz")
}

fn files(folder: &Path) -> impl Iterator<Item = (String, Vec<u8>)> + use<> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "wasm"));
    files.sort();
    files.into_iter().map(|file| (file.display().to_string(), fs::read(&file).expect("a file")))
}

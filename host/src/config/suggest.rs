//! "Did you mean …?"

/// The known word that is nearest to what was written, if one is near enough to be meant.
pub(crate) fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written = written.to_lowercase();
    let distance = |word: &str| strsim::damerau_levenshtein(&written, &word.to_lowercase());
    // A third of the letters may be wrong: more and the suggestion is more often a riddle than a help.
    let near = |word: &str, distance: usize| distance * 3 <= word.chars().count().max(3);
    known
        .into_iter()
        .map(|word| (distance(word), word))
        .filter(|(distance, word)| near(word, *distance))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// Says which word may have been meant, or else what all the words are.
pub(crate) fn did_you_mean(written: &str, known: &[&str]) -> String {
    match nearest(written, known.iter().copied()) {
        Some(word) => format!("did you mean `{word}`?"),
        None => format!("write one of {}", listed(known)),
    }
}

/// The words, one after the other.
pub(crate) fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

//! Ids of new rows: eight characters of `[a-z0-9]`, as data.all's own, but derived instead of drawn.

use sha2::{Digest, Sha256};

const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// The id of the row of this kind that an order makes; `part` tells several of one kind apart.
pub(in crate::source) fn derive(kind: &str, order: &str, part: &str) -> String {
    let mut hash = Sha256::new();
    for text in [kind, order, part] {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    }
    // Four bytes a character: the remainder favours no character by more than one in a hundred million.
    let character = |bytes: &[u8]| {
        let number = bytes.iter().fold(0_usize, |number, byte| number << 8 | usize::from(*byte));
        char::from(ALPHABET[number % ALPHABET.len()])
    };
    hash.finalize().chunks_exact(4).map(character).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_like_data_alls_and_is_the_same_every_time() {
        let id = derive("task", "expired/share:s1", "");
        assert_eq!(id.len(), 8);
        assert!(id.bytes().all(|byte| ALPHABET.contains(&byte)), "{id}");
        assert_eq!(id, derive("task", "expired/share:s1", ""));
    }

    #[test]
    fn every_part_counts_and_borders_do_not_blur() {
        let ids: std::collections::BTreeSet<_> =
            [("task", "a", ""), ("activity", "a", ""), ("task", "b", ""), ("task", "a", "b"), ("task", "ab", "")]
                .map(|(kind, order, part)| derive(kind, order, part))
                .into();
        assert_eq!(ids.len(), 5);
    }
}

//! Errors as one line of text.

use std::error::Error;

/// An error and its causes. A cause that the text before already ends with is not told again: many libraries repeat
/// their source.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Told {
        text: &'static str,
        source: Option<Box<Told>>,
    }

    #[test]
    fn every_cause_is_told_once() {
        let refused = Told { text: "refused", source: None };
        let driver = Told { text: "cannot talk: refused", source: Some(refused.into()) };
        let store = Told { text: "the store is away", source: Some(driver.into()) };
        assert_eq!(chain(&store), "the store is away: cannot talk: refused");
    }
}

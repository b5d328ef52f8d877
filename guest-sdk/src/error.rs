//! What a strategy answers when it cannot judge.

use std::fmt;

/// Why an item could not be judged, for the operator. Any error converts into it, so that `?` works.
///
/// Inside the daemon the text begins with the item: `share:s1: invalid digit found in string`.
///
/// ```
/// use nudged_sdk::{Error, Share, testing::ShareBuilder};
///
/// fn year(share: &Share<'_>) -> Result<i32, Error> {
///     let purpose = share.purpose();
///     let (year, _) = purpose.split_once('-').ok_or_else(|| Error::new("the purpose begins with no year"))?;
///     Ok(year.parse()?)
/// }
///
/// let share = ShareBuilder::new("s1").purpose("forecasts").build();
/// assert_eq!(year(&share).unwrap_err().to_string(), "the purpose begins with no year");
/// ```
///
/// The host counts it as the plugin's fault and drops the whole batch's findings: it is meant for what
/// must not happen. An item that merely lacks a value is better judged without it.
#[derive(PartialEq, Eq)]
pub struct Error(String);

impl Error {
    /// An error with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

// Not `std::error::Error`: the conversion below would then overlap with `From<Error> for Error`.
impl<E: std::error::Error> From<E> for Error {
    fn from(error: E) -> Self {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            source = cause.source();
        }
        Self(text)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_error_converts_with_the_question_mark() {
        fn parse(text: &str) -> Result<u32, Error> {
            Ok(text.parse::<u32>()?)
        }
        assert_eq!(parse("7"), Ok(7));
        assert_eq!(parse("x"), Err(Error::new("invalid digit found in string")));
        fn day(text: &str) -> Result<chrono::NaiveDate, Error> {
            Ok(serde_json::from_str::<String>(text)?.parse()?)
        }
        assert_eq!(day("\"2026-13-01\""), Err(Error::new("input is out of range")), "chrono's");
        assert!(day("2026").is_err(), "serde's");
    }
}

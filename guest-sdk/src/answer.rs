//! What a strategy may answer with.

use crate::{Error, Finding};

/// What a strategy's `evaluate` may return: `Option<Finding>`, `Vec<Finding>`, or a `Result` of either whose error is
/// whatever converts into [`Error`].
#[diagnostic::on_unimplemented(
    message = "a strategy cannot answer with `{Self}`",
    note = "it may with `Option<Finding>`, with `Vec<Finding>` and with a `Result` of either"
)]
pub trait Answer {
    /// The findings, or why there can be none.
    ///
    /// # Errors
    /// The strategy's own.
    fn findings(self) -> Result<impl IntoIterator<Item = Finding>, Error>;
}

impl Answer for Option<Finding> {
    fn findings(self) -> Result<impl IntoIterator<Item = Finding>, Error> {
        Ok(self)
    }
}

impl Answer for Vec<Finding> {
    fn findings(self) -> Result<impl IntoIterator<Item = Finding>, Error> {
        Ok(self)
    }
}

impl<A: Answer, E: Into<Error>> Answer for Result<A, E> {
    fn findings(self) -> Result<impl IntoIterator<Item = Finding>, Error> {
        self.map_err(Into::into)?.findings()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reasons(answer: impl Answer) -> Result<Vec<String>, Error> {
        Ok(answer.findings()?.into_iter().map(|finding| finding.reason).collect())
    }

    #[test]
    fn whatever_a_strategy_answers_with_is_findings_or_an_error() {
        let finding = |reason: &str| Finding::new(reason, "title", "text");
        assert_eq!(reasons(None), Ok(vec![]));
        assert_eq!(reasons(Some(finding("a"))), Ok(vec!["a".to_owned()]));
        assert_eq!(reasons(vec![finding("a"), finding("b")]), Ok(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(reasons(Ok::<_, Error>(Some(finding("a")))), Ok(vec!["a".to_owned()]));
        let failed: Result<Option<Finding>, _> = "x".parse::<u32>().map(|_| None);
        assert_eq!(reasons(failed), Err(Error::new("invalid digit found in string")));
    }
}

//! What a call leaves behind, however it ends: a guest's store is gone after a fault.

use std::sync::{
    Mutex, OnceLock, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use crate::{model::Outcome, plugin::words::tidy};

/// What the host has to know of a call once it is over.
#[derive(Debug, Default)]
pub(in crate::plugin) struct Trace {
    /// What came of the mail, once it was sent.
    pub(super) mailed: OnceLock<Outcome>,
    /// What came of the inbox's rows, once they were posted.
    pub(super) posted: OnceLock<Outcome>,
    /// The first answer that said that a request was taken.
    pub(super) taken: OnceLock<String>,
    /// Whether the last HTTP request had no answer.
    pub(super) unreachable: AtomicBool,
    receipt: Mutex<Option<String>>,
    /// Parts whose template failed, and why.
    templates: Mutex<Vec<(String, String)>>,
}

impl Trace {
    /// The outcome that holds whatever the guest says or does afterwards: sent is sent, and refused is refused. Rows in
    /// the inbox are there once however often they are posted, so that they decide nothing where there is a mail, too.
    pub(in crate::plugin) fn settled(&self) -> Option<&Outcome> {
        let known = self.mailed.get().or_else(|| self.posted.get())?;
        matches!(known, Outcome::Delivered(_) | Outcome::Rejected(_)).then_some(known)
    }

    /// Whether the other side could not be reached the last time that it was tried.
    pub(in crate::plugin) fn is_unreachable(&self) -> bool {
        let told = [self.mailed.get(), self.posted.get()];
        let told = told.into_iter().flatten().any(|outcome| matches!(outcome, Outcome::Unreachable(_)));
        told || self.unreachable.load(Ordering::Relaxed)
    }

    /// The answer to a request that the other side took.
    pub(in crate::plugin) fn taken(&self) -> Option<&str> {
        self.taken.get().map(String::as_str)
    }

    /// What the guest kept last.
    pub(in crate::plugin) fn receipt(&self) -> Option<String> {
        self.receipt.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn keep(&self, receipt: String) {
        *self.receipt.lock().unwrap_or_else(PoisonError::into_inner) = Some(receipt);
    }

    pub(super) fn template_failed(&self, part: &str, why: &str) {
        let mut templates = self.templates.lock().unwrap_or_else(PoisonError::into_inner);
        if templates.iter().all(|(known, _)| known != part) {
            templates.push((part.to_owned(), why.to_owned()));
        }
    }

    /// The outcome with a word on the templates that failed. What the other side said is fit to be recorded, too.
    pub(in crate::plugin) fn annotated(&self, mut outcome: Outcome) -> Outcome {
        let templates = self.templates.lock().unwrap_or_else(PoisonError::into_inner);
        let (Outcome::Delivered(detail)
        | Outcome::Rejected(detail)
        | Outcome::Unreachable(detail)
        | Outcome::Retry { detail, .. }) = &mut outcome;
        *detail = tidy(detail);
        for (part, why) in templates.iter() {
            detail.push_str(&tidy(&format!(" (the template for {part} failed: {why})")));
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivered(detail: &str) -> Outcome {
        Outcome::Delivered(detail.to_owned())
    }

    fn retry() -> Outcome {
        Outcome::Retry { detail: "busy".to_owned(), after: None }
    }

    #[test]
    fn a_mail_decides_before_rows_do() {
        for (mailed, posted, expected) in [
            (Some(delivered("mail")), Some(delivered("rows")), Some(delivered("mail"))),
            (Some(retry()), Some(delivered("rows")), None),
            (None, Some(delivered("rows")), Some(delivered("rows"))),
            (None, Some(retry()), None),
            (None, None, None),
        ] {
            let trace = Trace::default();
            mailed.into_iter().for_each(|outcome| trace.mailed.set(outcome).expect("the first"));
            posted.into_iter().for_each(|outcome| trace.posted.set(outcome).expect("the first"));
            assert_eq!(trace.settled(), expected.as_ref());
        }
    }

    #[test]
    fn each_template_that_failed_is_told_once() {
        let trace = Trace::default();
        for part in ["html", "subject", "html"] {
            trace.template_failed(part, "no such\nvariable");
        }
        let expected = "ok (the template for html failed: no such variable) (the template for subject failed: no such \
                        variable)";
        assert_eq!(trace.annotated(delivered("ok")), delivered(expected));
    }

    #[test]
    fn the_last_receipt_counts() {
        let trace = Trace::default();
        assert_eq!(trace.receipt(), None);
        trace.keep("a".to_owned());
        trace.keep("b".to_owned());
        assert_eq!(trace.receipt().as_deref(), Some("b"));
    }
}

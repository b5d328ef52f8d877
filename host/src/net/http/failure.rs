//! Why a request had no answer, in one word and without secrets.

use std::{error::Error, io};

use super::resolver::OutOfBounds;
use crate::{
    error::chain,
    net::{HttpError, blot::Blotter},
};

/// What reqwest's error comes to.
pub(super) fn failure(error: reqwest::Error, blotter: &Blotter) -> HttpError {
    let kind = kind(&error);
    let error = error.without_url();
    HttpError::Failed { kind, detail: blotter.text(&chain(&error)) }
}

/// `send` is a connection that was lost before the answer had begun: whether the other side took the request is not known.
fn kind(error: &reqwest::Error) -> &'static str {
    if error.is_dns() || has::<OutOfBounds>(error) {
        "resolve"
    } else if error.is_timeout() {
        "timeout"
    } else if has::<rustls::Error>(error) {
        "tls"
    } else if error.is_connect() {
        "connect"
    } else if has::<io::Error>(error) && !error.is_body() && !error.is_decode() {
        "send"
    } else {
        "answer"
    }
}

/// Whether a cause is of this type, or wrapped in an `io::Error`, which hides what it holds.
fn has<T: Error + 'static>(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(cause) = next {
        let wrapped = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if cause.is::<T>() || wrapped.is_some_and(|inner| has::<T>(inner)) {
            return true;
        }
        next = cause.source();
    }
    false
}

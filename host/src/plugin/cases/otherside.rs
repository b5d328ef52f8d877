//! The other side of a channel in a case: it notes what is sent and answers as the case says. Nothing leaves the machine.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde_json::{Map, Value, json};

use super::answer::Answer;
use crate::{
    model::{NotificationId, Outcome},
    net::{HttpError, HttpField, HttpRequest, HttpResponse, HttpSender, Inbox, InboxEntry, Mail, Mailer, may_be_sent},
};

/// Bytes that a call may send in a case, all together: what is noted takes many times as much, beside the plugin's own memory.
const SENT_BYTES: usize = 1 << 20;

/// Takes mails, requests and rows.
pub(super) struct OtherSide(Mutex<Noted>);

/// What was sent, as a case's `expect` has it.
#[derive(Debug, Default)]
pub(super) struct Noted {
    answers: VecDeque<Answer>,
    /// How many answers were given.
    given: usize,
    /// How many bytes were sent.
    bytes: usize,
    pub(super) requests: Vec<Value>,
    pub(super) mail: Option<Value>,
    pub(super) inbox: Vec<Value>,
    /// Why what was noted proves nothing: an answer that does not fit what was asked, or too much was sent.
    pub(super) misfit: Option<String>,
}

impl OtherSide {
    /// One that gives these answers in turn; to what comes after them it says 200, or delivered.
    pub(super) fn answering(answers: &[Answer]) -> Self {
        Self(Mutex::new(Noted { answers: answers.iter().cloned().collect(), ..Noted::default() }))
    }

    /// What was sent so far.
    pub(super) fn noted(&self) -> MutexGuard<'_, Noted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Noted {
    /// Whether so many bytes more may be noted.
    fn has_room(&mut self, bytes: usize) -> bool {
        self.bytes = self.bytes.saturating_add(bytes);
        let fits = self.bytes <= SENT_BYTES;
        if !fits {
            let why = format!("sends more than {SENT_BYTES} bytes in one case: make it a smaller one");
            self.misfit.get_or_insert(why);
        }
        fits
    }

    fn response(&mut self) -> Result<HttpResponse, HttpError> {
        match self.next("an outcome, but the call is an HTTP request", |answer| matches!(answer, Answer::Http(_))) {
            Some(Answer::Http(answer)) => answer,
            _ => Ok(HttpResponse { status: 200, headers: Vec::new(), retry_after: None, body: Vec::new() }),
        }
    }

    fn outcome(&mut self, call: &str) -> Outcome {
        let misfit = format!("for an HTTP request, but the call is {call}");
        match self.next(&misfit, |answer| matches!(answer, Answer::Outcome(_))) {
            Some(Answer::Outcome(outcome)) => outcome,
            _ => Outcome::Delivered(String::new()),
        }
    }

    fn next(&mut self, misfit: &str, fits: impl Fn(&Answer) -> bool) -> Option<Answer> {
        let answer = self.answers.pop_front()?;
        let index = self.given;
        self.given += 1;
        if !fits(&answer) {
            self.misfit.get_or_insert_with(|| format!("answers[{index}] is {misfit}"));
            return None;
        }
        Some(answer)
    }
}

#[async_trait::async_trait]
impl HttpSender for OtherSide {
    async fn send(&self, request: &HttpRequest) -> Result<HttpResponse, HttpError> {
        may_be_sent(request).map_err(HttpError::Denied)?;
        let mut noted = self.noted();
        if noted.has_room(size(request)) {
            noted.requests.push(written(request));
        }
        noted.response()
    }
}

#[async_trait::async_trait]
impl Mailer for OtherSide {
    async fn send(&self, mail: &Mail) -> Outcome {
        let mut noted = self.noted();
        let Mail { subject, text, html, .. } = mail;
        let more: usize = mail.headers.iter().map(|(name, value)| name.len() + value.len()).sum();
        if noted.has_room(subject.len() + text.len() + html.as_ref().map_or(0, String::len) + more) {
            let headers = fields(mail.headers.iter().map(|(name, value)| (name.as_str(), value.clone())));
            noted.mail = Some(json!({ "subject": subject, "text": text, "html": html, "headers": headers }));
        }
        noted.outcome("a mail")
    }
}

#[async_trait::async_trait]
impl Inbox for OtherSide {
    async fn post(&self, _: &NotificationId, _: &str, entries: &[InboxEntry]) -> Outcome {
        let mut noted = self.noted();
        let row = |entry: &InboxEntry| json!({ "kind": entry.kind, "message": entry.message, "target": entry.target });
        let size = |entry: &InboxEntry| entry.kind.len() + entry.message.len();
        if noted.has_room(entries.iter().map(size).sum()) {
            noted.inbox.extend(entries.iter().map(row));
        }
        noted.outcome("a post to the inbox")
    }
}

/// Bytes that are noted of a request.
fn size(request: &HttpRequest) -> usize {
    let fields = request.headers.iter().map(|field| field.name.len() + field.value.len()).sum::<usize>();
    request.url.len() + request.body.len() + fields
}

/// A request as a case has it: with the names of secrets. The JSON of its body is read where it is looked at.
fn written(request: &HttpRequest) -> Value {
    let value = |field: &HttpField| match &field.secret {
        Some(secret) => format!("{}{{secret:{secret}}}", field.value),
        None => field.value.clone(),
    };
    let body = String::from_utf8_lossy(&request.body);
    json!({
        "method": request.method,
        "url": request.url,
        "headers": fields(request.headers.iter().map(|field| (field.name.as_str(), value(field)))),
        "body": body,
        "sign": request.signed_with,
    })
}

/// Header fields by name, in lower case; the values of one name stand one after the other.
fn fields<'a>(fields: impl Iterator<Item = (&'a str, String)>) -> Map<String, Value> {
    let mut by_name = Map::new();
    for (name, value) in fields {
        let known = by_name.entry(name.to_ascii_lowercase()).or_insert(Value::Null);
        *known = match known.as_str() {
            Some(before) => json!(format!("{before}, {value}")),
            None => json!(value),
        };
    }
    by_name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_noted_than_a_case_may_send() {
        let other = OtherSide::answering(&[]);
        let mut noted = other.noted();
        assert!(noted.has_room(SENT_BYTES) && noted.misfit.is_none());
        assert!(!noted.has_room(1));
        assert!(!noted.has_room(usize::MAX), "and it stays so");
        let why = "sends more than 1048576 bytes in one case: make it a smaller one";
        assert_eq!(noted.misfit.as_deref(), Some(why));
    }

    #[tokio::test]
    async fn a_mail_that_is_too_large_is_answered_and_not_kept() {
        let other = OtherSide::answering(&[]);
        let id = NotificationId::from_stored("0".repeat(32));
        let (text, nothing) = ("x".repeat(SENT_BYTES + 1), String::new());
        let (subject, headers, threads) = (nothing.clone(), Vec::new(), Vec::new());
        let mail = Mail { id, to: nothing, subject, text, html: None, headers, threads };
        assert_eq!(Mailer::send(&other, &mail).await, Outcome::Delivered(String::new()));
        let noted = other.noted();
        assert_eq!((noted.mail.as_ref(), noted.misfit.is_some()), (None, true));
    }
}

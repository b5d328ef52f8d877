//! The mails of one scenario that the SMTP server has put into files.

use std::{collections::BTreeMap, fs};

use mailparse::{MailHeaderMap, ParsedMail, parse_mail};
use nudged_tests::smtp_folder;

/// Subject and text of each mail, with single spaces, by address and Message-ID.
pub(super) struct Mailbox(BTreeMap<(String, String), String>);

impl Mailbox {
    /// Those that come from this domain.
    pub(super) fn of(domain: &str) -> Self {
        let files = fs::read_dir(smtp_folder()).expect("the server's folder");
        let mails = files.map(|file| fs::read(file.expect("an entry").path()).unwrap_or_default());
        let ours = mails.filter(|mail| String::from_utf8_lossy(mail).contains(&format!("@{domain}")));
        Self(ours.map(|mail| entry(&parse_mail(&mail).expect("a mail"))).collect())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn text(&self, to: &str, id: &str, domain: &str) -> Option<&str> {
        self.0.get(&(to.to_owned(), format!("<{id}@{domain}>"))).map(String::as_str)
    }
}

fn entry(mail: &ParsedMail<'_>) -> ((String, String), String) {
    let field = |name: &str| mail.headers.get_first_value(name).unwrap_or_default();
    let body = mail.subparts[0].get_body().expect("a text");
    let text = format!("{} {body}", field("Subject")).split_whitespace().collect::<Vec<_>>().join(" ");
    ((field("To"), field("Message-ID")), text)
}

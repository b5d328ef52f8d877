//! A group's addresses as they come together: each fit for its channel, each once, in the order they came in.

use std::collections::{BTreeSet, HashSet};

use super::Addresses;

/// The addresses of one group.
pub(super) struct Roll<'a> {
    /// Channels whose addresses are mailboxes.
    mail: &'a BTreeSet<String>,
    addresses: Addresses,
    /// Channels and what tells two addresses apart there.
    seen: HashSet<(String, String)>,
}

impl<'a> Roll<'a> {
    pub(super) fn new(mail: &'a BTreeSet<String>) -> Self {
        Self { mail, addresses: Addresses::new(), seen: HashSet::new() }
    }

    /// Adds an address that somebody else wrote.
    ///
    /// # Errors
    /// What is wrong with it and how to mend it.
    pub(super) fn add(&mut self, channel: &str, address: &str) -> Result<(), String> {
        let (channel, address) = (channel.trim(), address.trim());
        if address.is_empty() {
            return Err("is empty: write the address that the channel's plugin expects".to_owned());
        }
        if self.mail.contains(channel) && address.parse::<lettre::Address>().is_err() {
            return Err(format!("{address:?} is not an e-mail address: write one such as \"pam@example.com\""));
        }
        self.insert(channel, address);
        Ok(())
    }

    /// Adds addresses that have been looked at.
    pub(super) fn unite(&mut self, others: &Addresses) {
        for (channel, addresses) in others {
            // A channel without addresses stays one.
            self.addresses.entry(channel.clone()).or_default();
            addresses.iter().for_each(|address| self.insert(channel, address));
        }
    }

    /// Mailboxes are the same person whatever the case: no mail system in use tells `Pam@` from `pam@`.
    fn insert(&mut self, channel: &str, address: &str) {
        let person = if self.mail.contains(channel) { address.to_lowercase() } else { address.to_owned() };
        if self.seen.insert((channel.to_owned(), person)) {
            self.addresses.entry(channel.to_owned()).or_default().push(address.to_owned());
        }
    }

    pub(super) fn into_addresses(self) -> Addresses {
        self.addresses
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_is_there_once_whatever_its_case_and_other_addresses_are_taken_to_the_letter() {
        let mail = BTreeSet::from(["email".to_owned()]);
        let mut roll = Roll::new(&mail);
        for (channel, address) in [("email", "Zoe@x.test"), ("email", " al@x.test"), ("slack", "#A"), ("slack", "#a")] {
            roll.add(channel, address).expect("fit");
        }
        roll.unite(&Addresses::from([("email".to_owned(), vec!["zoe@X.test".to_owned(), "bo@x.test".to_owned()])]));
        let addresses = roll.into_addresses();
        assert_eq!(addresses["email"], ["Zoe@x.test", "al@x.test", "bo@x.test"]);
        assert_eq!(addresses["slack"], ["#A", "#a"]);
    }

    #[test]
    fn what_cannot_be_mailed_is_refused_on_mail_channels_only() {
        let mail = BTreeSet::from(["email".to_owned()]);
        let mut roll = Roll::new(&mail);
        let refused = roll.add("email", "pam").expect_err("no mailbox");
        assert!(refused.starts_with("\"pam\" is not an e-mail address: write"), "{refused}");
        assert!(roll.add("slack", " ").expect_err("nothing").starts_with("is empty"));
        roll.add("slack", "pam").expect("fit");
    }
}

//! Why an order was not carried out.

use std::fmt;

/// Why nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// The share is not as it was seen: status, day of expiry, dataset, or it is gone.
    StateChanged,
    /// An extension was asked for and not decided.
    ExtensionPending,
    /// data.all does not revoke from this status.
    NotRevokable,
    /// No item is shared.
    NothingShared,
    /// All that was shared is being revoked already.
    UnderWay,
    /// data.all is about to share an unhealthy item again, and revokes nothing until it has.
    ReapplyPending,
    /// A team of the share is not in its environment any more.
    TeamLeft,
    /// An environment of the share does not exist.
    EnvironmentGone,
    /// data.all is working on the dataset or for the principal, or somebody is changing the share.
    Locked,
}

impl Refusal {
    /// Every reason, in the order of the documentation.
    pub const ALL: [Self; 9] = [
        Self::StateChanged,
        Self::ExtensionPending,
        Self::NotRevokable,
        Self::NothingShared,
        Self::UnderWay,
        Self::ReapplyPending,
        Self::TeamLeft,
        Self::EnvironmentGone,
        Self::Locked,
    ];

    /// The stable code, for output and records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StateChanged => "state-changed",
            Self::ExtensionPending => "extension-pending",
            Self::NotRevokable => "not-revokable",
            Self::NothingShared => "nothing-shared",
            Self::UnderWay => "under-way",
            Self::ReapplyPending => "reapply-pending",
            Self::TeamLeft => "team-left",
            Self::EnvironmentGone => "environment-gone",
            Self::Locked => "locked",
        }
    }

    /// The reason as a sentence, with what would mend it.
    pub fn explain(self) -> &'static str {
        match self {
            Self::StateChanged => "the share changed after it was read: the next scan judges it anew",
            Self::ExtensionPending => "an extension is asked for: somebody must approve, reject or cancel it first",
            Self::NotRevokable => "data.all revokes nothing from the share's present status: it must move on first",
            Self::NothingShared => "no item is shared, so that there is nothing to revoke",
            Self::UnderWay => "data.all is revoking the items already",
            Self::ReapplyPending => "an item waits to be shared again: data.all revokes once that is done",
            Self::TeamLeft => {
                "the requesting team or the dataset's owners are not in their environment, so that data.all could not \
                 finish: invite the team again, then revoke"
            }
            Self::EnvironmentGone => {
                "the share's or the dataset's environment does not exist, so that data.all could not finish: \
                 delete the share or restore the environment"
            }
            Self::Locked => "data.all is at work on the dataset or for the principal: it is tried again later",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_what_others_rely_on() {
        let codes = [
            (Refusal::StateChanged, "state-changed"),
            (Refusal::ExtensionPending, "extension-pending"),
            (Refusal::NotRevokable, "not-revokable"),
            (Refusal::NothingShared, "nothing-shared"),
            (Refusal::UnderWay, "under-way"),
            (Refusal::ReapplyPending, "reapply-pending"),
            (Refusal::TeamLeft, "team-left"),
            (Refusal::EnvironmentGone, "environment-gone"),
            (Refusal::Locked, "locked"),
        ];
        for (refusal, code) in codes {
            assert_eq!(refusal.to_string(), code);
        }
    }
}

//! From a finding's roles to recipients.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use super::found::Subject;
use crate::{
    directory::{Addresses, Directory},
    error::chain,
    model::{ItemKey, Problem, Recipient},
};

/// The role of those who are told when nobody else can be.
const FALLBACK: &str = "fallback";

/// Why one recipient is told: the roles and groups that led there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ways {
    pub(super) roles: BTreeSet<String>,
    pub(super) groups: BTreeSet<String>,
    /// Whether a role led there without a group.
    pub(super) direct: bool,
    /// Whether this is the fallback, told for want of anybody else.
    pub(super) stranded: bool,
}

/// The directory could not be asked about one of the groups: nobody is told until it can.
#[derive(Debug)]
pub(super) struct Unreachable;

/// Who is asked for.
#[derive(Clone, Copy)]
pub(super) struct Whom<'a> {
    pub(super) roles: &'a [String],
    pub(super) subject: &'a Subject,
    /// The item, for what is listed about it.
    pub(super) item: &'a ItemKey,
    /// Whether `requesters` are the whole team, or the share's owner alone.
    pub(super) group_notifications: bool,
}

/// A channel and an address on it.
pub(super) type Destination = (String, Recipient);

/// One of those who are told.
pub(super) struct Member {
    pub(super) to: Arc<Destination>,
    pub(super) ways: Arc<Ways>,
}

/// The recipients of one finding on one channel, in the order of their addresses. Somebody in two groups is here once.
pub(super) type Audience = Arc<[Member]>;

/// Members of the audiences that are remembered, some hundred bytes each; a run that has more forgets all and begins anew.
const REMEMBERED: usize = 50_000;

/// Whom a role stands for.
enum Target<'a> {
    Group(&'a str),
    Person(&'a str),
    /// The share names nobody: the source has listed that as a problem.
    Nobody,
    Fallback,
    Unknown,
}

fn target<'a>(role: &str, whom: Whom<'a>) -> Target<'a> {
    let Whom { subject, group_notifications, .. } = whom;
    if role == FALLBACK {
        return Target::Fallback;
    }
    let group = |name: Option<&'a str>| name.filter(|name| !name.is_empty()).map_or(Target::Nobody, Target::Group);
    match (subject, role) {
        (Subject::Share(share), "producers") => group(share.dataset.producers.as_deref()),
        (Subject::Share(share), "stewards") => group(share.dataset.stewards.as_deref()),
        (Subject::Share(share), "environment-admins") => group(share.environment_admins.as_deref()),
        (Subject::Share(share), "requesters") if !group_notifications => Target::Person(&share.owner),
        (Subject::Share(share), "requesters") => group(Some(&*share.group)),
        (Subject::Share(share), "requester") => Target::Person(&share.owner),
        (Subject::Stack(stack), "producers") => group(stack.producers.as_deref()),
        (Subject::Stack(stack), "stewards") => group(stack.stewards.as_deref()),
        (Subject::Stack(stack), "environment-admins") => group(stack.environment_admins.as_deref()),
        (Subject::Record(record), role) => match record.roles.iter().find(|(name, _)| name == role) {
            Some((_, value)) if value.contains('@') => Target::Person(value),
            Some((_, value)) => group(Some(value)),
            None => Target::Unknown,
        },
        _ => Target::Unknown,
    }
}

/// All that an audience depends on, as one text: the channel, the roles, and whom each stands for.
fn asked(whom: Whom<'_>, channel: &str) -> String {
    let mut asked = channel.to_owned();
    for role in whom.roles {
        let (kind, name) = match target(role, whom) {
            Target::Group(name) => ('g', name),
            Target::Person(name) => ('p', name),
            Target::Nobody => ('n', ""),
            Target::Fallback => ('f', ""),
            Target::Unknown => ('u', ""),
        };
        asked.extend(['\0', kind]);
        asked.push_str(role);
        asked.push('\0');
        asked.push_str(name);
    }
    asked
}

/// Resolves audiences through a directory, asking it for each group once a run.
pub(super) struct Resolver<'a> {
    directory: &'a dyn Directory,
    /// Channels whose addresses are mailboxes.
    mail_channels: &'a BTreeSet<String>,
    /// Channels whose addresses are the groups and people themselves, as the source names them.
    inbox_channels: &'a BTreeSet<String>,
    /// Roles that are not known, each listed once a run.
    unknown: BTreeSet<String>,
    /// Groups and channels by which nobody can be told, each pair listed once a run: the verdicts tell of each share.
    stranded: BTreeSet<(Vec<String>, String)>,
    /// What the directory said of each group; `None` if it could not be asked.
    groups: HashMap<String, Option<Arc<Addresses>>>,
    /// Who is told, by what was asked.
    audiences: HashMap<String, Audience>,
    /// How many members these have.
    members: usize,
    /// Whether the directory has failed, which is listed once a run.
    failed: bool,
    /// Groups and roles that lead nowhere, each listed once a run.
    pub(super) problems: Vec<Problem>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(
        directory: &'a dyn Directory,
        mail_channels: &'a BTreeSet<String>,
        inbox_channels: &'a BTreeSet<String>,
    ) -> Self {
        let (unknown, stranded) = (BTreeSet::new(), BTreeSet::new());
        Self {
            directory,
            mail_channels,
            inbox_channels,
            unknown,
            stranded,
            groups: HashMap::new(),
            audiences: HashMap::new(),
            members: 0,
            failed: false,
            problems: Vec::new(),
        }
    }

    /// The groups that the roles name for this item, for verdicts that hold for the whole occurrence.
    pub(super) fn groups(whom: Whom<'_>) -> Vec<String> {
        let named = whom.roles.iter().filter_map(|role| match target(role, whom) {
            Target::Group(name) => Some(name.to_owned()),
            _ => None,
        });
        named.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Who is told about the item on the channel. Where the roles lead to nobody it is the fallback; empty if there
    /// is none either.
    pub(super) async fn resolve(&mut self, whom: Whom<'_>, channel: &str) -> Result<Audience, Unreachable> {
        let asked = asked(whom, channel);
        if let Some(known) = self.audiences.get(&asked) {
            return Ok(Arc::clone(known));
        }
        let found = self.find(whom, channel).await?;
        let member = |(recipient, ways)| Member { to: Arc::new((channel.to_owned(), recipient)), ways: Arc::new(ways) };
        let audience: Audience = found.into_iter().map(member).collect();
        // That nobody is told is looked at again for each item, so that each can be listed.
        if !audience.is_empty() {
            self.members += audience.len();
            if self.members > REMEMBERED {
                self.audiences.clear();
                self.members = audience.len();
            }
            self.audiences.insert(asked, Arc::clone(&audience));
        }
        Ok(audience)
    }

    async fn find(&mut self, whom: Whom<'_>, channel: &str) -> Result<BTreeMap<Recipient, Ways>, Unreachable> {
        let mut audience = BTreeMap::new();
        let problems = self.problems.len();
        let mail = self.mail_channels.contains(channel);
        let inbox = self.inbox_channels.contains(channel);
        for role in whom.roles {
            match target(role, whom) {
                Target::Group(group) if inbox => {
                    add(&mut audience, Some(&vec![group.to_owned()]), false, role, Some(group));
                }
                Target::Person(person) if inbox && !person.is_empty() => {
                    add(&mut audience, Some(&vec![person.to_owned()]), false, role, None);
                }
                Target::Group(group) => {
                    let addresses = self.group(group, whom).await?;
                    add(&mut audience, addresses.get(channel), mail, role, Some(group));
                }
                Target::Person(person) if mail && person.contains('@') => {
                    add(&mut audience, Some(&vec![person.to_owned()]), mail, role, None);
                }
                Target::Person(_) | Target::Nobody => {}
                Target::Fallback => add(&mut audience, self.directory.fallback().get(channel), mail, role, None),
                Target::Unknown if self.unknown.insert(role.clone()) => {
                    self.problem(whom, format!("the role {role:?} is not known"));
                }
                Target::Unknown => {}
            }
        }
        if audience.is_empty() {
            add(&mut audience, self.directory.fallback().get(channel), mail, FALLBACK, None);
            audience.values_mut().for_each(|ways: &mut Ways| ways.stranded = true);
        }
        // A group that has just been listed says it already.
        if audience.is_empty() && self.problems.len() == problems {
            self.strand(whom, channel);
        }
        Ok(audience)
    }

    fn strand(&mut self, whom: Whom<'_>, channel: &str) {
        let groups = Self::groups(whom);
        if !self.stranded.insert((groups.clone(), channel.to_owned())) {
            return;
        }
        let named = if groups.is_empty() { "its roles name no group".to_owned() } else { groups.join(", ") };
        let fix = "add addresses to directory.groups, or set directory.fallback";
        self.problem(whom, format!("nobody can be told on channel {channel} ({named}): {fix}"));
    }

    async fn group(&mut self, name: &str, whom: Whom<'_>) -> Result<Arc<Addresses>, Unreachable> {
        if let Some(known) = self.groups.get(name) {
            return known.clone().ok_or(Unreachable);
        }
        let found = match self.directory.group(name).await {
            Ok(found) => found,
            Err(error) => {
                if !std::mem::replace(&mut self.failed, true) {
                    let text = format!(
                        "{}: nobody in the group {name} or others is told until it can be asked",
                        chain(&error)
                    );
                    self.problem(whom, text);
                }
                self.groups.insert(name.to_owned(), None);
                return Err(Unreachable);
            }
        };
        match &found {
            None => {
                self.problem(whom, format!("the group {name} is not in the directory: add it to directory.groups"));
            }
            Some(addresses) if addresses.values().all(Vec::is_empty) => {
                self.problem(
                    whom,
                    format!("the group {name} has no members: add addresses to directory.groups.{name}"),
                );
            }
            Some(_) => {}
        }
        let addresses = Arc::new(found.unwrap_or_default());
        self.groups.insert(name.to_owned(), Some(Arc::clone(&addresses)));
        Ok(addresses)
    }

    fn problem(&mut self, whom: Whom<'_>, text: String) {
        self.problems.push(Problem { item: Some(whom.item.clone()), text });
    }
}

/// Adds addresses. Mailboxes are the same person whatever the case: no mail system in use tells `Pam@` from `pam@`, and
/// one person gets one mail.
fn add(
    audience: &mut BTreeMap<Recipient, Ways>,
    addresses: Option<&Vec<String>>,
    mail: bool,
    role: &str,
    group: Option<&str>,
) {
    for address in addresses.into_iter().flatten() {
        let recipient = if mail { address.to_lowercase() } else { address.clone() };
        let ways = audience.entry(recipient).or_default();
        ways.roles.insert(role.to_owned());
        ways.groups.extend(group.map(str::to_owned));
        ways.direct |= group.is_none();
    }
}

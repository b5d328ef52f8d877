//! Delivering: a full outbox to a mail server and to a webhook's receiver, held against programs that do nothing but send.

mod child;
mod disk;
mod drain;
mod home;
mod hooks;
mod listener;
mod load;
mod mail;
mod outbox;
mod place;
mod rates;
mod server;

pub(crate) use self::{
    child::Took,
    home::Home,
    hooks::granted,
    listener::Listener,
    place::{Kind, Place},
    server::Server,
};

use anyhow::Result;

use self::{hooks::Hooks, mail::Mails, outbox::Template, rates::Rates};
use crate::{
    bench::Bench,
    sample::{Sample, Unit},
    section::{Figure, Section},
};

/// Notices in a run, where the tables have a million shares.
const NOTICES: u64 = 10_000;

/// As many times this are drained once.
const DRAINED: usize = 10;

/// Connections that a channel has unless it is told otherwise, and as many as it may have.
const CONNECTIONS: [usize; 2] = [16, 64];

const INTRO: &str = "\
A scan of the sample writes a notice; copies of it, each for another recipient and with its entries in the ledger, fill a fresh \
outbox. `nudged deliver --once` empties it: each notice is leased, handed to the channel's plugin, sent, and its outcome \
recorded, all of it durably (SQLite with `synchronous = FULL`, PostgreSQL with `synchronous_commit = on`). What an empty \
`deliver --once` takes, measured straight after on the same store, is subtracted: it is start and end of a process, which a \
daemon does not have.

Mails go to Postfix's `smtp-sink`, over connections that are kept. `smtp-source -d` sends the very same mail to the same sink \
over as many connections that are kept as well; it keeps no record, and reads the mail once. Without `-d` it makes a connection for every \
mail, which is beside it. Webhooks go to a listener in this program; `wrk` posts the same body to it over as many connections. \
Sender and receiver share the machine's processors.";

/// How the ratios are to be read.
const WHY: &str = "\
`smtp-source` composes its mail once and `wrk` sends one and the same buffer: they show what wire and receiver take. nudged \
leases each notice, has a component write it, and records what became of it before the next one takes its place; the \
processor time a notice, in the table, is what that costs. Where a rate grows with the connections it waits, for the disk or \
the database, rather than works.";

pub(crate) async fn measure(bench: &Bench) -> Result<Section> {
    std::fs::create_dir_all(&bench.scratch)?;
    let mut section = Section {
        name: "delivery".to_owned(),
        title: "Delivering".to_owned(),
        intro: INTRO.to_owned(),
        ..Section::default()
    };
    let notices = notices(bench);
    syncs(bench, &mut section)?;
    let template = Template::make(bench).await?;
    let mut rates = Rates::new(bench, notices);
    match Mails::start(bench, &template).await {
        Ok(mails) => {
            rates.mails(&mails, &mut section).await?;
            drain::measure(&mails.load(), notices * DRAINED, &mut section).await?;
        }
        Err(error) => section.remarks.push(format!("Mails were not measured: {error:#}.")),
    }
    match Hooks::start(bench, &template).await {
        Ok(hooks) => rates.hooks(&hooks, &mut section).await?,
        Err(error) => section.remarks.push(format!("Webhooks were not measured: {error:#}.")),
    }
    section.tables.push(rates.beside());
    section.remarks.push(sizes(&template, notices));
    section.remarks.push(WHY.to_owned());
    Ok(section)
}

/// Fewer where the tables are small: then it is a trial.
fn notices(bench: &Bench) -> usize {
    let notices = bench.shares.saturating_mul(NOTICES) / 1_000_000;
    usize::try_from(notices.clamp(1, NOTICES)).unwrap_or(usize::MAX)
}

fn syncs(bench: &Bench, section: &mut Section) -> Result<()> {
    eprintln!("delivery: the disk");
    let syncs = (0..bench.runs).map(|_| disk::syncs(&bench.scratch)).collect::<Result<Vec<_>>>()?;
    let what = "4 KiB written and synced (`fdatasync`), one after the other, on SQLite's disk";
    section.figures.push(Figure::alone(what, Sample::new(Unit::PerSecond, syncs)));
    Ok(())
}

fn sizes(template: &Template, notices: usize) -> String {
    format!(
        "{notices} notices a run. A mail has {} bytes on the wire, with {} of reminders in it.",
        mail::wire_size(template),
        template.notice.reminders.len()
    )
}

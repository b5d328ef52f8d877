//! One share with its items, and how far it has come.

use chrono::{NaiveDateTime, TimeDelta};
use fastrand::Rng;

use super::{Shape, TERMS, state::State};

/// The longest that a request waits for a decision, and that a share has been there, in seconds.
const LONGEST_WAIT: i64 = 60 * DAY;
const OLDEST: i64 = 700 * DAY;
const DAY: i64 = 86_400;

/// What was decided about a request, or not yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::data) enum Decision {
    Approved(NaiveDateTime),
    Rejected(NaiveDateTime),
}

impl Decision {
    fn at(self) -> NaiveDateTime {
        match self {
            Self::Approved(at) | Self::Rejected(at) => at,
        }
    }
}

/// A request of a team, and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::data) struct Share {
    pub(in crate::data) number: u64,
    pub(in crate::data) dataset: u64,
    pub(in crate::data) environment: u64,
    pub(in crate::data) owner: u64,
    pub(in crate::data) status: &'static str,
    pub(in crate::data) purpose: String,
    pub(in crate::data) created: NaiveDateTime,
    /// When it was asked for; a draft was not.
    pub(in crate::data) submitted: Option<NaiveDateTime>,
    pub(in crate::data) decision: Option<Decision>,
    /// When its extension was asked for, if that waits for a decision.
    pub(in crate::data) extension: Option<NaiveDateTime>,
    pub(in crate::data) expiry: Option<NaiveDateTime>,
    pub(in crate::data) requested_expiry: Option<NaiveDateTime>,
    pub(in crate::data) items: Vec<Item>,
}

/// One table or folder of a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::data) struct Item {
    pub(in crate::data) status: &'static str,
    pub(in crate::data) health: Option<&'static str>,
}

impl Share {
    pub(super) fn draw(shape: &Shape, number: u64, random: &mut Rng) -> Self {
        let state = State::draw(shape, random);
        let dataset = dataset(shape, state, random);
        let environment = random.u64(..shape.environments());
        let expires = shape.dataset(dataset).expires;
        let expiry = state.months(random).filter(|_| expires).map(|months| shape.month_end(months));
        let asks = matches!(state, State::Pending | State::Extension) && expires;
        let requested_expiry = asks.then(|| shape.month_end(random.i32(3..=9)));
        let times = Times::draw(shape.now, state, random);
        Self {
            number,
            dataset,
            environment,
            owner: member(shape, shape.team_of(environment), random),
            status: state.status(),
            purpose: crate::data::words::purpose(random),
            created: times.created,
            submitted: times.submitted,
            decision: times.decision,
            extension: times.extension,
            expiry,
            requested_expiry,
            items: (0..items(random)).map(|item| state.item(item == 0, random)).collect(),
        }
    }

    /// When data.all changed it last.
    pub(in crate::data) fn updated(&self) -> NaiveDateTime {
        let decided = self.decision.map(Decision::at);
        self.extension.or(decided).or(self.submitted).unwrap_or(self.created)
    }
}

/// Any dataset; where access must end, one of those that let it.
fn dataset(shape: &Shape, state: State, random: &mut Rng) -> u64 {
    let number = random.u64(..shape.datasets());
    match state {
        State::Extension | State::Expiring | State::Expired => {
            (number - number % TERMS.1 + random.u64(..TERMS.0)).min(shape.datasets() - 1)
        }
        _ => number,
    }
}

/// Two items on average.
fn items(random: &mut Rng) -> usize {
    match random.u8(..10) {
        0..4 => 1,
        4..7 => 2,
        7..9 => 3,
        _ => 4,
    }
}

/// A user of a team: users are dealt out to the teams in turn.
fn member(shape: &Shape, team: u64, random: &mut Rng) -> u64 {
    let members = (shape.users() - team).div_ceil(shape.teams());
    team + shape.teams() * random.u64(..members)
}

/// When things happened to a share.
struct Times {
    created: NaiveDateTime,
    submitted: Option<NaiveDateTime>,
    decision: Option<Decision>,
    extension: Option<NaiveDateTime>,
}

impl Times {
    fn draw(now: NaiveDateTime, state: State, random: &mut Rng) -> Self {
        let ago = |seconds: i64| now - TimeDelta::seconds(seconds);
        let waited = waited(random);
        // The ends of older requests lie before all that waits.
        let submitted = if state == State::Pending { waited } else { random.i64(100 * DAY..OLDEST) };
        let created = ago(submitted + random.i64(60..2 * DAY));
        let decided = ago(submitted - random.i64(3600..10 * DAY));
        Self {
            created,
            submitted: (state != State::Draft).then(|| ago(submitted)),
            decision: match state {
                State::Pending | State::Draft => None,
                State::Rejected => Some(Decision::Rejected(decided)),
                _ => Some(Decision::Approved(decided)),
            },
            extension: (state == State::Extension).then(|| ago(waited)),
        }
    }
}

/// Seconds that a request has waited: most for a few days, all for more than an hour.
fn waited(random: &mut Rng) -> i64 {
    let part = random.f64();
    3600 + (part * part * (LONGEST_WAIT - 3600) as f64) as i64
}

//! The templates of the channels.

use super::Finding;
use crate::{
    config::ChannelConfig,
    wording::{Problem, Templates},
};

/// The templates of a channel that has any. What is wrong with them is in the [`findings`], and said again by every
/// message that they fail to word.
pub(super) fn of(channel: &ChannelConfig) -> Option<Templates> {
    open(channel).map(|(templates, _)| templates)
}

/// What is wrong with a channel's templates, or which parts they word.
pub(super) fn findings(channel: &ChannelConfig) -> Vec<Finding> {
    let Some((templates, problems)) = open(channel) else { return Vec::new() };
    let problems = problems.iter().map(Problem::to_string);
    let wrong: Vec<_> = problems.chain(templates.rehearse()).map(Err).collect();
    let results = if wrong.is_empty() { vec![Ok(parts(&templates))] } else { wrong };
    let what = format!("channels.{}.templates", channel.name);
    results.into_iter().map(|result| Finding::new(what.clone(), result)).collect()
}

fn open(channel: &ChannelConfig) -> Option<(Templates, Vec<Problem>)> {
    let (templates, problems) = Templates::open(channel.templates.as_deref()?);
    Some((templates.unsubscribe(channel.unsubscribe.clone()), problems))
}

fn parts(templates: &Templates) -> String {
    match Vec::from_iter(templates.parts()) {
        parts if parts.is_empty() => "word nothing: the folder has no templates".to_owned(),
        parts => format!("word: {}", parts.join(", ")),
    }
}

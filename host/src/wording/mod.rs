//! The operator's own wording: templates in a folder, rendered by minijinja.
//!
//! Each file words one part of the messages of one channel: `subject.txt`, `text.txt`, `html.html`; the name before the
//! dot is the part. Files that begin with `_` word nothing: the others include or extend them. What a template sees is
//! in `view`. In files that end in `.html`, `.htm` or `.xml` all that is put in is escaped.
//!
//! A template reads nothing but its folder, which is read once, when it is opened. `FUEL` ends what runs for ever and
//! `LONGEST` what writes for ever: then, and whenever a template fails, the channel's own wording holds, so that no
//! notice is lost to its looks.

mod bounded;
mod filters;
mod folder;
mod sample;
#[cfg(test)]
mod tests;
mod unsubscribe;
mod view;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior, escape_formatter};

use crate::{
    error::chain,
    model::{Notification, is_name},
};
use bounded::Bounded;
use view::View;

pub use folder::Problem;
pub use unsubscribe::unsubscribe;

/// Instructions that one rendering may take. The largest digest, 50 reminders of a dozen facts, takes some 20,000 in a
/// template like the shipped mail; this many are over within some ten milliseconds.
const FUEL: u64 = 200_000;

/// Bytes that one rendering may write: mail clients cut messages off at a tenth of that.
const LONGEST: usize = 1 << 20;

/// The templates of one channel.
#[derive(Debug, Default)]
pub struct Templates {
    environment: Environment<'static>,
    /// The file of each part.
    files: BTreeMap<String, String>,
    /// Why a part's template cannot be used at all.
    broken: BTreeMap<String, String>,
    /// Where recipients say that they want no more, with `{recipient}` in it.
    unsubscribe: Option<String>,
    /// Parts whose words are known beforehand.
    fixed: BTreeMap<String, String>,
}

impl Templates {
    /// Reads the templates in a folder. What cannot be used is listed, and does not stop the others: see
    /// [`word`](Self::word).
    pub fn open(folder: &Path) -> (Self, Vec<Problem>) {
        let (files, mut problems) = folder::read(folder);
        let mut templates = Self { environment: environment(), ..Self::default() };
        for (file, source) in files {
            if let Err(error) = templates.environment.add_template_owned(file.clone(), source) {
                problems.push(Problem { file: folder.join(&file), line: error.line(), what: told(&error) });
            }
            templates.name(&file);
        }
        for problem in &problems {
            if let Some(part) = problem.file.file_name().and_then(|file| part(file.to_str()?)) {
                templates.broken.insert(part.to_owned(), problem.to_string());
            }
        }
        (templates, problems)
    }

    /// Words these parts always the same, whatever the notification says.
    pub fn fixed(parts: BTreeMap<String, String>) -> Self {
        Self { fixed: parts, ..Self::default() }
    }

    /// Lets the templates say where recipients tell that they want no more; `{recipient}` stands for their address.
    pub fn unsubscribe(mut self, place: Option<String>) -> Self {
        self.unsubscribe = place;
        self
    }

    /// What the template for a part of the message makes of the notification; `None` if there is none for it.
    ///
    /// # Errors
    /// Why the template failed: the channel's own wording holds.
    pub fn word(&self, part: &str, notification: &Notification) -> Option<Result<String, String>> {
        if let Some(text) = self.fixed.get(part) {
            return Some(Ok(text.clone()));
        }
        if let Some(why) = self.broken.get(part) {
            return Some(Err(why.clone()));
        }
        let file = self.files.get(part)?;
        let place = self.unsubscribe.as_deref().and_then(|place| unsubscribe(place, notification));
        Some(self.render(file, &View::of(notification, place)))
    }

    /// The parts that there are templates for, those that cannot be used included.
    pub fn parts(&self) -> BTreeSet<&str> {
        self.files.keys().chain(self.broken.keys()).map(String::as_str).collect()
    }

    /// What goes wrong when each template that could be read words a sample.
    pub fn rehearse(&self) -> Vec<String> {
        let sample = sample::notification();
        let parts = self.files.keys().filter(|part| !self.broken.contains_key(*part));
        parts.filter_map(|part| self.word(part, &sample)?.err()).collect()
    }

    fn name(&mut self, file: &str) {
        if let Some(part) = part(file) {
            self.files.insert(part.to_owned(), file.to_owned());
        }
    }

    fn render(&self, file: &str, view: &View<'_>) -> Result<String, String> {
        let mut written = Bounded::new(LONGEST);
        let template = self.environment.get_template(file);
        let rendered = template.and_then(|template| template.render_captured_to(view, &mut written).map(drop));
        rendered.map_err(|error| match error.line() {
            _ if written.is_full() => format!("{file}: writes more than {LONGEST} bytes"),
            Some(line) => format!("{}:{line}: {}", error.name().unwrap_or(file), told(&error)),
            None => format!("{file}: {}", told(&error)),
        })?;
        written.into_text().map_err(|_| format!("{file}: writes what is no UTF-8"))
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_fuel(Some(FUEL));
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.set_auto_escape_callback(|file| match file.rsplit_once('.') {
        Some((_, "html" | "htm" | "xml")) => AutoEscape::Html,
        _ => AutoEscape::None,
    });
    // What is not known is written as nothing, not as "None".
    environment.set_formatter(|out, state, value| match value.is_none() {
        true => Ok(()),
        false => escape_formatter(out, state, value),
    });
    filters::add(&mut environment);
    environment
}

/// The part that a file words: what stands before the dot, if it is a name such as `subject`.
fn part(file: &str) -> Option<&str> {
    let (part, _) = file.split_once('.')?;
    is_name(part).then_some(part)
}

/// What is wrong, without the place, which stands before it.
fn told(error: &minijinja::Error) -> String {
    if error.kind() == ErrorKind::OutOfFuel {
        return format!("takes more than {FUEL} steps: is there a loop without an end?");
    }
    let what = error.detail().map_or_else(|| error.kind().to_string(), |detail| format!("{}: {detail}", error.kind()));
    std::error::Error::source(error).map_or(what.clone(), |source| format!("{what}: {}", chain(source)))
}

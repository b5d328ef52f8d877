//! `nudged plugin new`.

use std::path::PathBuf;

use clap::{
    Args,
    builder::{PossibleValuesParser, TypedValueParser},
};

use crate::{
    authoring::{self, Language},
    cli::{End, Failure, output},
    model::Kind,
};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// What it is called: a-z, 0-9 and -.
    #[arg(value_name = "NAME")]
    name: String,
    /// What it judges, or that it is a channel.
    #[arg(long, value_name = "KIND", value_parser = kinds())]
    kind: Kind,
    /// What it is written in.
    #[arg(long, value_enum, value_name = "LANGUAGE")]
    lang: Language,
    /// The folder that its folder is made in.
    #[arg(long = "in", value_name = "FOLDER", default_value = ".")]
    within: PathBuf,
}

fn kinds() -> impl TypedValueParser<Value = Kind> {
    PossibleValuesParser::new(Kind::ALL.map(Kind::world)).map(|world| {
        // One of them: nothing else is let through.
        Kind::ALL.into_iter().find(|kind| kind.world() == world).unwrap_or(Kind::ShareStrategy)
    })
}

pub(super) fn new(arguments: Arguments) -> Result<End, Failure> {
    let Arguments { name, kind, lang, within } = arguments;
    let folder = authoring::create(&within, &name, kind, lang).map_err(Failure::Configuration)?;
    let folder = folder.strip_prefix(".").unwrap_or(&folder).display().to_string();
    output::line(&format!("made {folder}"));
    for next in ["build", "test"] {
        output::line(&format!("next: nudged plugin {next} {folder}"));
    }
    Ok(End::Well)
}

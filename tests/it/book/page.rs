//! A page of the book, taken apart: code blocks, links, headings.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// Where the pages are.
pub(super) fn folder() -> PathBuf {
    super::repository().join("docs/src")
}

/// One Markdown file.
pub(super) struct Page {
    /// Relative to [`folder`].
    pub(super) path: PathBuf,
    pub(super) blocks: Vec<Block>,
    /// Where links and images lead, with the line that they stand on.
    pub(super) links: Vec<(usize, String)>,
    /// What a link's fragment may name.
    pub(super) anchors: BTreeSet<String>,
}

/// A fenced code block: `console,norun=needs-root` and what is between the fences.
pub(super) struct Block {
    pub(super) line: usize,
    pub(super) language: String,
    attributes: Vec<(String, String)>,
    pub(super) text: String,
}

impl Block {
    fn new(line: usize, info: &str) -> Self {
        let mut words = info.split(',').map(str::trim);
        let language = words.next().unwrap_or_default().to_owned();
        let pair =
            |word: &str| word.split_once('=').map_or((word.into(), String::new()), |(a, b)| (a.into(), b.into()));
        Self { line, language, attributes: words.map(pair).collect(), text: String::new() }
    }

    /// The value of an attribute; empty if it has none.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Names of attributes that mean nothing here: a slip in one would switch a check off.
    pub(super) fn strangers(&self) -> Vec<&str> {
        let known = ["file", "shows", "norun", "config"];
        self.attributes.iter().map(|(key, _)| key.as_str()).filter(|key| !known.contains(key)).collect()
    }
}

impl Page {
    /// Reads a file below [`folder`].
    pub(super) fn read(path: &Path) -> Self {
        let file = folder().join(path);
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let mut page = Self { path: path.to_owned(), blocks: vec![], links: vec![], anchors: BTreeSet::new() };
        page.take_apart(&text);
        page
    }

    fn take_apart(&mut self, text: &str) {
        let (mut block, mut heading): (Option<Block>, Option<String>) = (None, None);
        let options = Options::ENABLE_TABLES | Options::ENABLE_HEADING_ATTRIBUTES;
        for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
            let line = text[..range.start].lines().count() + 1;
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => block = Some(Block::new(line, &info)),
                Event::End(TagEnd::CodeBlock) => self.blocks.extend(block.take()),
                Event::Start(Tag::Heading { id, .. }) => {
                    self.anchors.extend(id.map(|id| id.to_string()));
                    heading = Some(String::new());
                }
                Event::End(TagEnd::Heading(_)) => self.add_anchor(&heading.take().unwrap_or_default()),
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    self.links.push((line, dest_url.to_string()));
                }
                Event::Text(words) | Event::Code(words) => {
                    block.iter_mut().for_each(|block| block.text += &words);
                    heading.iter_mut().for_each(|heading| *heading += &words);
                }
                _ => {}
            }
        }
    }

    /// As mdBook makes ids: the second heading of the same words gets a number.
    fn add_anchor(&mut self, heading: &str) {
        let id = anchor(heading);
        let taken = |id: &String| self.anchors.contains(id);
        let free =
            std::iter::once(id.clone()).chain((1..).map(|number| format!("{id}-{number}"))).find(|id| !taken(id));
        self.anchors.extend(free);
    }
}

/// The id that mdBook gives to a heading.
pub(super) fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter_map(|c| match c {
        c if c.is_alphanumeric() || c == '_' || c == '-' => Some(c.to_lowercase().next().unwrap_or(c)),
        c if c.is_whitespace() => Some('-'),
        _ => None,
    });
    kept.collect()
}

/// Every page in the folder, in the order of their paths.
pub(super) fn all() -> Vec<Page> {
    let mut paths = BTreeSet::new();
    collect(&folder(), &mut paths);
    paths.iter().map(|path| Page::read(path)).collect()
}

fn collect(within: &Path, paths: &mut BTreeSet<PathBuf>) {
    for entry in fs::read_dir(within).expect("a folder of the book") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            paths.insert(path.strip_prefix(folder()).expect("below it").to_owned());
        }
    }
}

//! Damage to components.

use fastrand::Rng;

use crate::corpus::Corpus;

/// Bytes of the header.
const HEADER: usize = 8;

/// Numbers in LEB128 that are too large, too long or never end.
const NUMBERS: [&[u8]; 6] = [
    b"\xff\xff\xff\xff\x0f",
    b"\xff\xff\xff\xff\x7f",
    b"\x80\x80\x80\x80\x80\x00",
    b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
    b"\xff\xff\xff\xff\x07",
    b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80",
];

/// A component with one to four kinds of damage.
pub(crate) fn some(random: &mut Rng, corpus: &Corpus) -> Vec<u8> {
    let mut bytes = corpus.some(random).to_vec();
    for _ in 0..random.usize(1..=4) {
        let other = corpus.some(random);
        bytes = match random.u8(..9) {
            0 | 1 => flip(random, bytes),
            2 => cut(random, bytes),
            3 => splice(random, &bytes, other),
            4 | 5 => sections(random, &bytes, other),
            6 => number(random, bytes),
            7 => overwrite(random, bytes),
            _ => extend(random, bytes),
        };
    }
    bytes
}

/// A place in the bytes, more often near the front, where the structure is.
fn place(random: &mut Rng, length: usize) -> usize {
    match random.u8(..3) {
        0 => random.usize(..length.clamp(1, 256)),
        _ => random.usize(..length.max(1)),
    }
}

fn flip(random: &mut Rng, mut bytes: Vec<u8>) -> Vec<u8> {
    for _ in 0..random.usize(1..=8) {
        let at = place(random, bytes.len());
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= 1 << random.u8(..8);
        }
    }
    bytes
}

fn cut(random: &mut Rng, mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(place(random, bytes.len()));
    bytes
}

fn splice(random: &mut Rng, one: &[u8], other: &[u8]) -> Vec<u8> {
    let (end, start) = (random.usize(..=one.len()), random.usize(..=other.len()));
    [&one[..end], &other[start..]].concat()
}

/// Leaves out, doubles, swaps or borrows whole sections.
fn sections(random: &mut Rng, bytes: &[u8], other: &[u8]) -> Vec<u8> {
    let mut all = split(bytes);
    let others = split(other);
    for _ in 0..random.usize(1..=3) {
        let (at, to) = (random.usize(..all.len().max(1)), random.usize(..all.len().max(1)));
        match (random.u8(..4), all.get(at).copied()) {
            (0, Some(_)) => drop(all.remove(at)),
            (1, Some(section)) => all.insert(to, section),
            (2, Some(_)) => all.swap(at, to),
            _ if !others.is_empty() => all.insert(at.min(all.len()), others[random.usize(..others.len())]),
            _ => {}
        }
    }
    [&bytes[..bytes.len().min(HEADER)], &all.concat()].concat()
}

/// The sections behind the header, each with its number and length.
fn split(bytes: &[u8]) -> Vec<&[u8]> {
    let (mut sections, mut rest) = (Vec::new(), bytes.get(HEADER..).unwrap_or_default());
    while let Some(length) = section_length(rest) {
        let (section, after) = rest.split_at(length);
        sections.push(section);
        rest = after;
    }
    if !rest.is_empty() {
        sections.push(rest);
    }
    sections
}

/// How long the section is that stands first, if it is whole.
fn section_length(bytes: &[u8]) -> Option<usize> {
    let mut length = 0usize;
    for (number, byte) in bytes.get(1..)?.iter().take(5).enumerate() {
        length |= usize::from(byte & 0x7f) << (7 * number);
        if byte & 0x80 == 0 {
            return Some(number + 2 + length).filter(|whole| *whole <= bytes.len());
        }
    }
    None
}

fn number(random: &mut Rng, mut bytes: Vec<u8>) -> Vec<u8> {
    let at = place(random, bytes.len()).min(bytes.len());
    let replaced = at..(at + random.usize(..=5)).min(bytes.len());
    bytes.splice(replaced, NUMBERS[random.usize(..NUMBERS.len())].iter().copied());
    bytes
}

fn overwrite(random: &mut Rng, mut bytes: Vec<u8>) -> Vec<u8> {
    let at = place(random, bytes.len()).min(bytes.len());
    let end = (at + random.usize(1..=64)).min(bytes.len());
    let (kind, from) = (random.u8(..4), random.usize(..=bytes.len() - (end - at)));
    match kind {
        0 => bytes[at..end].fill(0),
        1 => bytes[at..end].fill(0xff),
        2 => bytes.copy_within(from..from + (end - at), at),
        _ => bytes[at..end].fill_with(|| random.u8(..)),
    }
    bytes
}

fn extend(random: &mut Rng, mut bytes: Vec<u8>) -> Vec<u8> {
    let more = random.usize(1..=512);
    bytes.extend((0..more).map(|_| random.u8(..)));
    bytes
}

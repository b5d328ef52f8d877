//! The text, piece by piece.

use std::str;

use super::Error;

/// The text from here on. Its end reads as zeros, which stand nowhere in JSON.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn of(json: &'a str) -> Self {
        Self { rest: json.as_bytes() }
    }

    fn next(&mut self) -> u8 {
        let Some((first, rest)) = self.rest.split_first() else { return 0 };
        self.rest = rest;
        *first
    }

    /// The next byte that is no white space; it stays.
    pub(super) fn peek(&mut self) -> u8 {
        self.rest = self.rest.trim_ascii_start();
        self.rest.first().copied().unwrap_or(0)
    }

    pub(super) fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == byte;
        if there {
            self.next();
        }
        there
    }

    /// Takes what a value of some kind begins with.
    pub(super) fn begin(&mut self, with: u8, expected: &str) -> Result<(), Error> {
        if self.take(with) { Ok(()) } else { Err(Error::new(expected)) }
    }

    pub(super) fn word(&mut self, word: &str) -> Result<(), Error> {
        self.rest = self.rest.strip_prefix(word.as_bytes()).ok_or_else(|| Error::new("an unknown word"))?;
        Ok(())
    }

    /// A string, after its first quotation mark.
    pub(super) fn string(&mut self) -> Result<String, Error> {
        let mut bytes = Vec::new();
        loop {
            match self.next() {
                b'"' => break,
                0 => return Err(Error::new("a string without an end")),
                b'\\' => {
                    let mut one = [0; 4];
                    bytes.extend_from_slice(self.escape()?.encode_utf8(&mut one).as_bytes());
                }
                byte => bytes.push(byte),
            }
        }
        String::from_utf8(bytes).map_err(|_| Error::new("a string that is no UTF-8"))
    }

    fn escape(&mut self) -> Result<char, Error> {
        Ok(match self.next() {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unit_or_pair(),
            plain @ (b'"' | b'\\' | b'/') => char::from(plain),
            _ => return Err(Error::new("an unknown escape")),
        })
    }

    /// A character beyond 65,535 is written as two units. Half of one stands for no character.
    fn unit_or_pair(&mut self) -> Result<char, Error> {
        let high = self.unit()?;
        let code = match high {
            0xd800..0xdc00 if self.rest.starts_with(b"\\u") => {
                self.rest = self.rest.get(2..).unwrap_or_default();
                let low = self.unit()?;
                0x10000 + ((high - 0xd800) << 10) + (low.wrapping_sub(0xdc00) & 0x3ff)
            }
            code => code,
        };
        Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn unit(&mut self) -> Result<u32, Error> {
        (0..4).try_fold(0, |unit, _| {
            let digit = char::from(self.next()).to_digit(16).ok_or_else(|| Error::new("an escape without digits"))?;
            Ok(unit << 4 | digit)
        })
    }

    pub(super) fn number<T: str::FromStr>(&mut self) -> Result<T, Error> {
        self.peek();
        let more = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E');
        let length = self.rest.iter().take_while(|byte| more(byte)).count();
        let (number, rest) = self.rest.split_at_checked(length).unwrap_or_default();
        self.rest = rest;
        // A schema takes 7.0 for an integer.
        let number = number.strip_suffix(b".0").unwrap_or(number);
        let number = str::from_utf8(number).ok().and_then(|number| number.parse().ok());
        number.ok_or_else(|| Error::new("no such number as is expected"))
    }

    /// Passes over one value, however deep.
    pub(super) fn skip(&mut self) -> Result<(), Error> {
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                0 => return Err(Error::new("an end before its time")),
                b'"' => {
                    self.next();
                    self.string()?;
                }
                b'{' | b'[' => {
                    self.next();
                    depth += 1;
                    continue;
                }
                b'}' | b']' => {
                    self.next();
                    depth = depth.saturating_sub(1);
                }
                b',' | b':' => {
                    self.next();
                    continue;
                }
                // A number or a word.
                _ => {
                    while !matches!(self.rest.first(), None | Some(b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t')) {
                        self.next();
                    }
                }
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }
}

//! Reading JSON into types that derive serde's `Deserialize`, in few bytes of code.
//!
//! `serde_json` takes 22 KiB of a guest and `serde-json-core` 14 KiB, most of it for printing what nobody sees: numbers
//! and characters in texts of errors. What is read here was written by a JSON library: the host's, or the other side's of
//! a request. So this reads all that is JSON, is lenient with some of what is not, and never panics.

use std::{fmt, str};

use serde::{
    de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor},
    forward_to_deserialize_any,
};

/// Reads a value from a JSON text.
pub(crate) fn read<T: DeserializeOwned>(json: &str) -> Result<T, Error> {
    let mut reader = Reader { rest: json.as_bytes() };
    let value = T::deserialize(&mut reader)?;
    if reader.peek() == 0 { Ok(value) } else { Err(Error::new("more follows the value")) }
}

/// What does not fit.
#[derive(Debug)]
pub(crate) struct Error(String);

impl Error {
    fn new(what: &str) -> Self {
        Self(what.to_owned())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// What serde complains of, without what it found: to print any value is what makes other readers large.
impl de::Error for Error {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::new("a value does not fit")
    }

    fn invalid_type(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self(format!("expected {expected}"))
    }

    fn invalid_value(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self(format!("expected {expected}"))
    }

    fn unknown_variant(name: &str, _: &'static [&'static str]) -> Self {
        Self(format!("unknown name `{name}`"))
    }

    fn missing_field(name: &'static str) -> Self {
        Self(format!("missing field `{name}`"))
    }
}

/// The text from here on. Its end reads as zeros, which stand nowhere in JSON.
struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn next(&mut self) -> u8 {
        let Some((first, rest)) = self.rest.split_first() else { return 0 };
        self.rest = rest;
        *first
    }

    /// The next byte that is no white space; it stays.
    fn peek(&mut self) -> u8 {
        self.rest = self.rest.trim_ascii_start();
        self.rest.first().copied().unwrap_or(0)
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == byte;
        if there {
            self.next();
        }
        there
    }

    /// Takes what a value of some kind begins with.
    fn begin(&mut self, with: u8, expected: &str) -> Result<(), Error> {
        if self.take(with) { Ok(()) } else { Err(Error::new(expected)) }
    }

    fn word(&mut self, word: &str) -> Result<(), Error> {
        self.rest = self.rest.strip_prefix(word.as_bytes()).ok_or_else(|| Error::new("an unknown word"))?;
        Ok(())
    }

    /// A string, after its first quotation mark.
    fn string(&mut self) -> Result<String, Error> {
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

    fn number<T: str::FromStr>(&mut self) -> Result<T, Error> {
        self.peek();
        let more = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E');
        let length = self.rest.iter().take_while(|byte| more(byte)).count();
        let (number, rest) = self.rest.split_at_checked(length).unwrap_or_default();
        self.rest = rest;
        let number = str::from_utf8(number).ok().and_then(|number| number.parse().ok());
        number.ok_or_else(|| Error::new("no such number as is expected"))
    }

    /// Passes over one value, however deep.
    fn skip(&mut self) -> Result<(), Error> {
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

impl<'de> de::Deserializer<'de> for &mut Reader<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.peek() {
            b'"' => self.deserialize_string(visitor),
            b'{' => self.deserialize_map(visitor),
            b'[' => self.deserialize_seq(visitor),
            b't' => self.word("true").and_then(|()| visitor.visit_bool(true)),
            b'f' => self.word("false").and_then(|()| visitor.visit_bool(false)),
            b'n' => self.word("null").and_then(|()| visitor.visit_unit()),
            b'-' => visitor.visit_i64(self.number()?),
            _ => visitor.visit_u64(self.number()?),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.begin(b'"', "expected a string")?;
        visitor.visit_string(self.string()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_string(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_string(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.begin(b'{', "expected an object")?;
        visitor.visit_map(Parts { reader: self, first: true })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.begin(b'[', "expected an array")?;
        visitor.visit_seq(Parts { reader: self, first: true })
    }

    /// As many values as the type has; who reads them does not ask for the end.
    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.begin(b'[', "expected an array")?;
        let value = visitor.visit_seq(Parts { reader: &mut *self, first: true })?;
        self.begin(b']', "too many values in an array")?;
        Ok(value)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.peek() {
            b'n' => self.word("null").and_then(|()| visitor.visit_none()),
            _ => visitor.visit_some(self),
        }
    }

    // Only where a type has such a number: reading them takes tables.
    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_f64(self.number()?)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_f32(self.number()?)
    }

    /// The name of a case without content.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.begin(b'"', "expected a name")?;
        let name: de::value::StringDeserializer<Error> = self.string()?.into_deserializer();
        visitor.visit_enum(name)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.skip()?;
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 char bytes byte_buf unit unit_struct
    }
}

/// The parts of an object or an array that are still to be read.
struct Parts<'r, 'a> {
    reader: &'r mut Reader<'a>,
    first: bool,
}

impl Parts<'_, '_> {
    /// Whether there is one more before this end.
    fn more(&mut self, end: u8) -> Result<bool, Error> {
        if self.reader.take(end) {
            return Ok(false);
        }
        let first = std::mem::replace(&mut self.first, false);
        if first || self.reader.take(b',') { Ok(true) } else { Err(Error::new("no comma between two values")) }
    }
}

impl<'de> SeqAccess<'de> for Parts<'_, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        if self.more(b']')? { seed.deserialize(&mut *self.reader).map(Some) } else { Ok(None) }
    }
}

impl<'de> MapAccess<'de> for Parts<'_, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        if self.more(b'}')? { seed.deserialize(&mut *self.reader).map(Some) } else { Ok(None) }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        if !self.reader.take(b':') {
            return Err(Error::new("no colon after a name"));
        }
        seed.deserialize(&mut *self.reader)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize, serde::Serialize)]
    #[serde(rename_all = "lowercase")]
    enum Case {
        One,
        Other,
    }

    #[derive(Debug, PartialEq, Deserialize, serde::Serialize)]
    struct All {
        text: String,
        small: i8,
        large: u64,
        real: f64,
        none: Option<u32>,
        some: Option<bool>,
        case: Case,
        rows: Vec<Vec<String>>,
        pairs: std::collections::BTreeMap<String, i64>,
        tuples: Vec<(String, u8)>,
    }

    fn all() -> All {
        All {
            text: "a\"b\\c/\n\t\r\u{1}\u{8}\u{c}\u{7f}\u{2028}é😀{}[]:,".to_owned(),
            small: -128,
            large: u64::MAX,
            real: -1.5e-7,
            none: None,
            some: Some(false),
            case: Case::Other,
            rows: vec![vec![], vec!["x".to_owned(), String::new()]],
            pairs: [("p".to_owned(), i64::MIN), ("q\"".to_owned(), 0)].into(),
            tuples: vec![("a".to_owned(), 1), ("b".to_owned(), 2)],
        }
    }

    #[test]
    fn what_serde_json_writes_is_read_back() {
        for text in [serde_json::to_string(&all()), serde_json::to_string_pretty(&all())] {
            assert_eq!(read::<All>(&text.expect("JSON")).expect("it fits"), all());
        }
    }

    #[test]
    fn what_no_field_is_for_is_passed_over() {
        let mut value = serde_json::to_value(all()).expect("JSON");
        let deep = (0..500).fold(json!(null), |deep, _| json!([{ "x}\"]": deep }, -1.5e300, true, "]}\\"]));
        value.as_object_mut().expect("an object").insert("a".to_owned(), deep);
        assert_eq!(read::<All>(&value.to_string()).expect("it fits"), all());
    }

    #[test]
    fn escapes_of_any_writer_are_read() {
        for (json, text) in [
            (r#""\u0041\u00e9\u2028""#, "Aé\u{2028}"),
            (r#""\ud83d\ude00\/""#, "😀/"),
            (r#""\ud83dx""#, "\u{fffd}x"),
            (r#"  "\"" "#, "\""),
        ] {
            assert_eq!(read::<String>(json).expect("a string"), text, "{json}");
        }
    }

    #[test]
    fn what_is_broken_is_an_error_and_never_a_panic() {
        let whole = serde_json::to_string(&all()).expect("JSON");
        for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
            assert!(read::<All>(&whole[..end]).is_err(), "{}", &whole[..end]);
        }
        for json in [
            "",
            "nul",
            "[1 2]",
            "{\"a\" 1}",
            "\"\\x\"",
            "\"\\u12\"",
            "[1]]",
            "-",
            "1e",
            "{1:2}",
            "999999999999999999999",
        ] {
            assert!(read::<Vec<u64>>(json).is_err(), "{json}");
            assert!(read::<String>(json).is_err(), "{json}");
        }
        let missing = read::<All>("{}").expect_err("no fields");
        assert_eq!(missing.to_string(), "missing field `text`");
    }

    #[test]
    fn random_damage_is_an_error_or_another_value() {
        let whole = serde_json::to_string(&all()).expect("JSON");
        for at in 0..whole.len() {
            for byte in [b'"', b'\\', b'{', b']', b'0', b' '] {
                let mut damaged = whole.clone().into_bytes();
                damaged[at] = byte;
                let text = String::from_utf8_lossy(&damaged);
                let (ours, theirs) = (read::<All>(&text).is_ok(), serde_json::from_str::<All>(&text).is_ok());
                assert!(ours || !theirs, "serde_json reads it: {text}");
            }
        }
    }
}

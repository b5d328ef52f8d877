//! The schemas of the types that every author knows.

use std::fmt;

use super::{Parameter, Said, put};
use crate::{Pairs, json};

/// A number as it is printed.
fn decimal(number: fmt::Arguments<'_>, out: &mut String) {
    // Into a `String`, which never fails.
    let _ = fmt::Write::write_fmt(out, number);
}

macro_rules! integers {
    ($($integer:ident $least:literal $greatest:literal;)*) => {
        $(impl Parameter for $integer {
            fn schema(out: &mut String, said: Said) {
                said.kind("integer", out);
                if !said.minimum {
                    put(concat!(",\"minimum\":", $least), out);
                }
                if !said.maximum {
                    put(concat!(",\"maximum\":", $greatest), out);
                }
            }

            fn value(&self, out: &mut String) {
                decimal(format_args!("{self}"), out);
            }
        })*
    };
}

integers! {
    u8 "0" "255";
    u16 "0" "65535";
    u32 "0" "4294967295";
    u64 "0" "18446744073709551615";
    i8 "-128" "127";
    i16 "-32768" "32767";
    i32 "-2147483648" "2147483647";
    i64 "-9223372036854775808" "9223372036854775807";
}

macro_rules! simple {
    ($($simple:ident $kind:literal;)*) => {
        $(impl Parameter for $simple {
            fn schema(out: &mut String, said: Said) {
                said.kind($kind, out);
            }

            fn value(&self, out: &mut String) {
                decimal(format_args!("{self}"), out);
            }
        })*
    };
}

simple! {
    bool "boolean";
    f32 "number";
    f64 "number";
}

impl Parameter for String {
    fn schema(out: &mut String, said: Said) {
        said.kind("string", out);
    }

    fn value(&self, out: &mut String) {
        json::quote(self, out);
    }
}

impl<T: Parameter> Parameter for Option<T> {
    const OPTIONAL: bool = true;

    fn schema(out: &mut String, said: Said) {
        T::schema(out, Said { nullable: true, ..said });
    }

    fn value(&self, out: &mut String) {
        match self {
            Some(value) => value.value(out),
            None => put("null", out),
        }
    }

    fn is_none(&self) -> bool {
        self.is_none()
    }
}

impl<T: Parameter> Parameter for Vec<T> {
    fn schema(out: &mut String, said: Said) {
        said.kind("array", out);
        if !said.items {
            put(",\"items\":{", out);
            T::schema(out, Said::default());
            put("}", out);
        }
    }

    fn value(&self, out: &mut String) {
        put("[", out);
        for (at, part) in self.iter().enumerate() {
            put(if at == 0 { "" } else { "," }, out);
            part.value(out);
        }
        put("]", out);
    }
}

impl Parameter for Pairs {
    fn schema(out: &mut String, said: Said) {
        said.kind("object", out);
        put(",\"additionalProperties\":{\"type\":\"string\"}", out);
    }

    fn value(&self, out: &mut String) {
        put("{", out);
        for (at, (name, value)) in self.0.iter().enumerate() {
            put(if at == 0 { "" } else { "," }, out);
            json::quote(name, out);
            put(":", out);
            json::quote(value, out);
        }
        put("}", out);
    }
}

//! The schemas of the types that every author knows.

use super::{Parameter, Said};
use crate::{Pairs, json};

macro_rules! integers {
    ($($integer:ident $least:literal $greatest:literal;)*) => {
        $(impl Parameter for $integer {
            fn schema(out: &mut String, said: Said) {
                said.kind("integer", out);
                if !said.minimum {
                    out.push_str(concat!(",\"minimum\":", $least));
                }
                if !said.maximum {
                    out.push_str(concat!(",\"maximum\":", $greatest));
                }
            }

            fn value(&self, out: &mut String) {
                out.push_str(&self.to_string());
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
                out.push_str(&self.to_string());
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
            None => out.push_str("null"),
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
            out.push_str(",\"items\":{");
            T::schema(out, Said::default());
            out.push('}');
        }
    }

    fn value(&self, out: &mut String) {
        out.push('[');
        for (at, part) in self.iter().enumerate() {
            out.push_str(if at == 0 { "" } else { "," });
            part.value(out);
        }
        out.push(']');
    }
}

impl Parameter for Pairs {
    fn schema(out: &mut String, said: Said) {
        said.kind("object", out);
        out.push_str(",\"additionalProperties\":{\"type\":\"string\"}");
    }

    fn value(&self, out: &mut String) {
        out.push('{');
        for (at, (name, value)) in self.0.iter().enumerate() {
            out.push_str(if at == 0 { "" } else { "," });
            json::quote(name, out);
            out.push(':');
            json::quote(value, out);
        }
        out.push('}');
    }
}

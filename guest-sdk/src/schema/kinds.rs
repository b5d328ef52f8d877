//! Which keywords of JSON Schema fit which types.

use super::Parameter;

/// Types that `minimum` and `maximum` are for.
#[diagnostic::on_unimplemented(message = "`minimum` and `maximum` are for numbers, not for `{Self}`")]
pub trait Number: Parameter {
    /// The least value that it can hold, as far as that matters.
    const LEAST: i128 = i128::MIN;
    /// The greatest value that it can hold, as far as that matters.
    const GREATEST: i128 = i128::MAX;
}

/// Types that `min_length`, `max_length`, `pattern` and `format` are for.
#[diagnostic::on_unimplemented(
    message = "`min_length`, `max_length`, `pattern` and `format` are for texts, not for `{Self}`"
)]
pub trait Text: Parameter {}

/// Types that `min_items`, `max_items` and `items` are for.
#[diagnostic::on_unimplemented(message = "`min_items`, `max_items` and `items` are for lists, not for `{Self}`")]
pub trait List: Parameter {
    /// One part of the list.
    type Item: Parameter;
}

/// Compiles for numbers.
pub fn number<T: Number>() {}

/// Compiles for texts.
pub fn text<T: Text>() {}

/// Compiles for lists.
pub fn list<T: List>() {}

/// Whether the type can hold the bound.
///
/// # Panics
/// If not: where it is evaluated, while compiling.
pub const fn within<T: Number>(bound: i128) {
    assert!(T::LEAST <= bound && bound <= T::GREATEST, "a bound that the field's type cannot hold");
}

macro_rules! integers {
    ($($integer:ident)*) => {
        $(impl Number for $integer {
            const LEAST: i128 = $integer::MIN as i128;
            const GREATEST: i128 = $integer::MAX as i128;
        })*
    };
}

integers!(u8 u16 u32 u64 i8 i16 i32 i64);

impl Number for f32 {}
impl Number for f64 {}

impl<T: Number> Number for Option<T> {
    const LEAST: i128 = T::LEAST;
    const GREATEST: i128 = T::GREATEST;
}

impl Text for String {}
impl<T: Text> Text for Option<T> {}

impl<T: Parameter> List for Vec<T> {
    type Item = T;
}

impl<L: List> List for Option<L> {
    type Item = L::Item;
}

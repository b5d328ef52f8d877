//! Where something stands in a list.

use std::num::NonZeroU32;

/// A place in a list, in little room, also where there may be none. What is listed takes more memory each than the places that
/// four bytes cannot count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place(NonZeroU32);

impl From<usize> for Place {
    fn from(place: usize) -> Self {
        let next = u32::try_from(place).unwrap_or(u32::MAX).saturating_add(1);
        Self(NonZeroU32::new(next).unwrap_or(NonZeroU32::MIN))
    }
}

impl From<Place> for usize {
    fn from(Place(next): Place) -> Self {
        next.get() as Self - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_comes_back_and_none_takes_no_more_room() {
        for place in [0, 1, 1_000_000] {
            assert_eq!(usize::from(Place::from(place)), place);
        }
        assert_eq!(size_of::<Option<Place>>(), 4);
    }
}

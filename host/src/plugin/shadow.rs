//! What a new generation of a strategy finds otherwise than the one that serves.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::model::Instant;

/// Two generations of a strategy compared over the same items.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// SHA-256 of the generation that serves, hexadecimal.
    pub before: String,
    /// SHA-256 of the new one.
    pub after: String,
    /// The clock reading of the scan whose items these are.
    pub scanned: Instant,
    /// How many items both were asked about.
    pub items: usize,
    /// Findings of the new one alone.
    pub added: Side,
    /// Findings of the old one alone.
    pub removed: Side,
    /// Findings about the same item for the same reason that say something else.
    pub changed: Side,
    /// What the old one took.
    pub took_before: Cost,
    /// What the new one took.
    pub took_after: Cost,
}

/// One kind of difference: how many there are, and the first of them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Side {
    /// How many.
    pub count: usize,
    /// The first few, a line each: the item, the reason, and for a change what is different.
    pub examples: Vec<String>,
}

/// What one generation took for all the items.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// Wall time of all calls.
    pub wall: Duration,
    /// The most memory that a call held, in bytes.
    pub peak_memory: usize,
    /// How many calls failed.
    pub faults: usize,
    /// The first fault's text.
    pub first_fault: Option<String>,
}

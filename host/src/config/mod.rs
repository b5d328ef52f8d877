//! What the operator wrote in `config.json`, and what it means.

mod meaning;

pub use meaning::*;

//! Tests of the whole.

mod wit;

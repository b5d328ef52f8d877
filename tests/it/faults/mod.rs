//! What nudged stands on breaks while it works, and is mended: nothing is lost, and nobody is told twice.

mod disk;
mod store;

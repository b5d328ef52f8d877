//! What nudged stands on breaks while it works, and is mended: nothing is lost, and nobody is told twice.

mod dead;
mod disk;
mod expected;
mod http;
mod mail;
mod slack;
mod store;
mod table;

//! What authors of plugins do at their desk, with the real binary.

mod bench;
mod cases;
mod check;
mod inspect;
mod new;
mod run;

//! What authors of plugins do at their desk, with the real binary.

mod bench;
mod check;
mod inspect;
mod cases;
mod new;
mod run;

//! What authors of plugins do at their desk, with the real binary.

mod cases;
mod new;

//! The words that label metrics, where they are a closed list.

/// How a run may end.
pub const RUN_RESULTS: [&str; 3] = ["done", "incomplete", "failed"];

/// How an attempt may end.
pub const ATTEMPT_OUTCOMES: [&str; 4] = ["delivered", "retry", "rejected", "dead"];

/// How a notice may end.
pub const NOTICE_OUTCOMES: [&str; 4] = ["delivered", "rejected", "dead", "cancelled"];

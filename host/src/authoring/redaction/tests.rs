//! Nothing that people wrote is left, and what belonged together still does.

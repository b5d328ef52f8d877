//! Scan, decide, compose, deliver.

//! The integration tests: one crate, so that they link once.

mod audience;
mod cli;
mod crash;
mod daemon;
mod delivery;
mod delivery_connections;
mod delivery_faults;
mod delivery_outbox;
mod delivery_records;
mod overlap;
mod plugins;
mod scenarios;
mod scenarios_data;
mod scheduler;
mod source;
mod source_many;
mod source_open;
mod source_problems;
mod source_records;
mod source_sample;
mod source_shares;
mod source_since;
mod source_stacks;
mod source_want;
mod store;
mod wit;

//! The integration tests: one crate, so that they link once.

mod act;
mod act_faults;
mod act_refusals;
mod act_world;
mod audience;
mod cli;
mod crash;
mod daemon;
mod delivery;
mod delivery_connections;
mod delivery_faults;
mod delivery_outbox;
mod delivery_records;
mod directory;
mod overlap;
mod plugins;
mod scenarios;
mod scenarios_data;
mod scheduler;
mod source;
mod source_sample;
mod store;
mod wit;

//! Adversaries: who owns a plugin's file, a label in data.all, the answers of a receiver or a relay, a page in the
//! operator's browser, or the network in between.

mod api;
mod canary;
mod hostile_guest;
mod html;
mod leaks;
mod mail;
mod slack;
mod starttls;
mod targets;
mod terminal;
mod texts;

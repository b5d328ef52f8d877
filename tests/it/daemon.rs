//! The running daemon.

use std::fs;

use nudged_tests::{Act, Home, NOW, Relay, Stage, guest_file, plugin_file};
use rustix::process::Signal;

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_is_put_into_the_folder_serves_without_a_restart() {
    let relay = Relay::start().await;
    let home = Home::new(&relay.url()).await;
    home.well(&["scan", "--now", NOW]).await;
    fs::remove_file(home.path("plugins/email.wasm")).expect("it was there");
    let daemon = home.daemon().await;
    daemon.until("no component in").await; // the notice goes back to the outbox: its channel has no plugin

    fs::copy(plugin_file("email"), home.path("plugins/email.part")).expect("a copy");
    fs::rename(home.path("plugins/email.part"), home.path("plugins/email.wasm")).expect("a new name");

    daemon.until("plugin loaded: email").await;
    relay.until("the mail is taken", |record| record.taken.len() == 1).await;
    fs::copy(guest_file("echo"), home.path("plugins/echo.wasm")).expect("a copy");
    daemon.until("plugin loaded: echo").await;
    fs::write(home.path("plugins/echo.wasm"), "half a file").expect("a file");
    daemon.until("plugin refused: echo.wasm").await;
    daemon.signal(Signal::TERM);
    assert_eq!(daemon.end().await, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_another_process_enqueues_is_delivered() {
    let relay = Relay::start().await;
    let home = Home::new(&relay.url()).await;
    let daemon = home.daemon().await;
    home.well(&["scan", "--now", NOW]).await;
    relay.until("the mail is taken", |record| record.taken.len() == 1).await;
    daemon.signal(Signal::INT);
    assert_eq!(daemon.end().await, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_comes_back_gets_what_waited_once() {
    let relay = Relay::start().await;
    let home = Home::new(&relay.url()).await;
    home.well(&["scan", "--now", NOW]).await;
    relay.on(Stage::Connect, Act::Reply("421 4.3.2 closed for the night"));
    let daemon = home.daemon().await;
    relay.until("it was tried three times", |record| record.sessions >= 3).await;
    relay.release();
    daemon.until("outcome=\"delivered\"").await;
    assert_eq!(relay.taken().len(), 1);
    daemon.signal(Signal::TERM);
    assert_eq!(daemon.end().await, Some(0));
}

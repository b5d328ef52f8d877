//! What nudged writes into data.all's tables when it revokes or marks an expired share.

use std::sync::Arc;

use nudged::{
    config::SourceConfig,
    source::{Acted, Actions, Order, Refusal},
};
use serde_json::{Value, json};

use crate::act_world::{Snapshot, World, add, change, on_both, order, refused};

on_both! {
    a_revoke_writes_what_data_all_writes_when_an_owner_revokes,
    every_status_that_data_all_revokes_from_is_revoked_from,
    of_mixed_items_only_those_that_data_all_can_revoke_are_touched,
    items_of_other_shares_and_deleted_ones_stay,
    a_team_on_both_sides_is_told_once,
    times_are_those_of_the_source,
    the_same_order_again_is_recognised_and_changes_nothing,
    the_same_order_is_recognised_when_data_all_has_gone_on,
    of_two_orders_at_once_one_acts,
    of_one_order_tried_twice_at_once_one_acts,
    a_mark_is_one_activity_at_the_dataset,
    a_mark_is_made_once,
    a_mark_is_made_once_by_two_at_once,
    a_mark_may_wait_for_an_extension,
}

fn done(acted: &Acted) -> (Vec<&str>, &str) {
    let Acted::Done { items, uri } = acted else { panic!("{acted:?}") };
    (items.iter().map(String::as_str).collect(), uri)
}

/// The share's and its items' part of a revoke at the order's time.
fn revoked(snapshot: &mut Snapshot, items: &[&str]) {
    let at = "2026-04-24 09:00:00";
    change(snapshot, "share_object", ("shareUri", "s1"), &json!({ "status": "Revoked", "updated": at }));
    for item in items {
        let changes = json!({ "status": "Revoke_Approved", "updated": at });
        change(snapshot, "share_object_item", ("shareItemUri", item), &changes);
    }
}

fn without_new_rows(mut snapshot: Snapshot) -> Snapshot {
    snapshot.insert("task", Vec::new());
    snapshot.insert("notification", Vec::new());
    snapshot
}

async fn a_revoke_writes_what_data_all_writes_when_an_owner_revokes(world: World) {
    let mut expected = world.snapshot().await;
    let acted = world.actions().await.revoke(&order()).await.expect("an answer");
    let (items, task) = done(&acted);
    assert_eq!(items, ["item-i1"]);
    assert!(task.len() == 8 && task.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()), "{task}");
    revoked(&mut expected, &["i1"]);
    let row = json!({
        "taskUri": task, "targetUri": "s1", "status": "pending", "action": "ecs.share.revoke",
        "payload": { "environmentUri": "e2" }, "created": "2026-04-24 09:00:00", "lastSeen": "1900-01-01 00:00:00",
    });
    add(&mut expected, "task", row);
    let written = world.snapshot().await;
    for team in ["approvers", "owners", "team"] {
        let row = json!({
            "notificationUri": notice_of(&written, team)["notificationUri"], "type": "SHARE_OBJECT_REJECTED",
            "message": "nudged revoked the access of role-team to dataset Sales: it expired on 2026-04-23",
            "recipient": team, "is_read": 0, "target_uri": "s1|d1", "created": "2026-04-24 09:00:00",
        });
        add(&mut expected, "notification", row);
    }
    assert_eq!(written, expected);
}

fn notice_of<'s>(snapshot: &'s Snapshot, team: &str) -> &'s Value {
    snapshot["notification"].iter().find(|row| row["recipient"] == team).expect("a notice")
}

async fn every_status_that_data_all_revokes_from_is_revoked_from(world: World) {
    let actions = world.actions().await;
    for status in ["Draft", "Submitted", "Rejected", "Processed", "Extension_Rejected"] {
        world.reset().await;
        world.execute(&format!("UPDATE {{share_object}} SET status = '{status}'")).await;
        let mut expected = world.snapshot().await;
        let acted = actions.revoke(&Order { seen_status: status.into(), ..order() }).await.expect("an answer");
        assert_eq!(done(&acted).0, ["item-i1"], "{status}");
        revoked(&mut expected, &["i1"]);
        let written = world.snapshot().await;
        assert_eq!((written["task"].len(), written["notification"].len()), (1, 3), "{status}");
        assert_eq!(without_new_rows(written), expected, "{status}");
    }
}

async fn of_mixed_items_only_those_that_data_all_can_revoke_are_touched(world: World) {
    let others = [
        ("i2", "Revoke_Failed"),
        ("i3", "Share_Failed"),
        ("i4", "PendingApproval"),
        ("i5", "Share_Approved"),
        ("i6", "Share_Rejected"),
        ("i7", "Revoke_Succeeded"),
        ("i8", "Revoke_Approved"),
        ("i9", "Revoke_In_Progress"),
    ];
    for (uri, status) in others {
        world.add_item(uri, status).await;
    }
    let mut expected = world.snapshot().await;
    let acted = world.actions().await.revoke(&order()).await.expect("an answer");
    assert_eq!(done(&acted).0, ["item-i1", "item-i2"]);
    revoked(&mut expected, &["i1", "i2"]);
    assert_eq!(without_new_rows(world.snapshot().await), expected);
}

async fn items_of_other_shares_and_deleted_ones_stay(world: World) {
    world.add_share("s2").await;
    world.add_item("i2", "Share_Succeeded").await;
    world.add_item("i3", "Share_Succeeded").await;
    world
        .execute(
            "UPDATE {share_object_item} SET \"shareUri\" = 's2' WHERE \"shareItemUri\" = 'i2';
             UPDATE {share_object_item} SET deleted = '2026-04-01 00:00:00' WHERE \"shareItemUri\" = 'i3'",
        )
        .await;
    let mut expected = world.snapshot().await;
    let acted = world.actions().await.revoke(&order()).await.expect("an answer");
    assert_eq!(done(&acted).0, ["item-i1"]);
    revoked(&mut expected, &["i1"]);
    assert_eq!(without_new_rows(world.snapshot().await), expected);
}

async fn a_team_on_both_sides_is_told_once(world: World) {
    world
        .execute("UPDATE {dataset} SET \"SamlAdminGroupName\" = 'team', stewards = NULL, \"environmentUri\" = 'e2'")
        .await;
    let acted = world.actions().await.revoke(&order()).await.expect("an answer");
    assert_eq!(done(&acted).0.len(), 1);
    let recipients: Vec<_> =
        world.snapshot().await["notification"].iter().map(|row| row["recipient"].clone()).collect();
    assert_eq!(recipients, ["team"]);
}

async fn times_are_those_of_the_source(world: World) {
    let config = SourceConfig { timezone: chrono_tz::Asia::Kolkata, ..world.dataall.config() };
    let late = Order { now: "2026-04-24T20:00:00.123456Z".parse().expect("an instant"), ..order() };
    let acted = world.actions_with(&config).await.revoke(&late).await.expect("an answer");
    assert_eq!(done(&acted).0.len(), 1);
    let written = world.snapshot().await;
    let at = "2026-04-25 01:30:00.123456";
    assert_eq!([&written["share_object"][0]["updated"], &written["task"][0]["created"]], [at, at]);
}

async fn the_same_order_again_is_recognised_and_changes_nothing(world: World) {
    let actions = world.actions().await;
    let first = actions.revoke(&order()).await.expect("an answer");
    let written = world.snapshot().await;
    let later = Order { now: "2026-04-25T09:00:00Z".parse().expect("an instant"), ..order() };
    for again in [&order(), &later] {
        let acted = actions.revoke(again).await.expect("an answer");
        assert_eq!(acted, Acted::AlreadyDone { uri: done(&first).1.to_owned() });
    }
    assert_eq!(world.snapshot().await, written);
}

async fn the_same_order_is_recognised_when_data_all_has_gone_on(world: World) {
    let actions = world.actions().await;
    let first = actions.revoke(&order()).await.expect("an answer");
    let already = Acted::AlreadyDone { uri: done(&first).1.to_owned() };
    let onwards = [
        "UPDATE {share_object} SET status = 'Processed'; UPDATE {share_object_item} SET status = 'Revoke_Failed'",
        "DELETE FROM {share_object_item}; DELETE FROM {share_object}",
    ];
    for onward in onwards {
        world.execute(onward).await;
        assert_eq!(actions.revoke(&order()).await.expect("an answer"), already, "{onward}");
    }
}

/// Carries out both at the same time, each over connections of its own.
async fn at_once(world: &World, orders: [Order; 2], mark: bool) -> [Acted; 2] {
    let start = Arc::new(tokio::sync::Barrier::new(2));
    let mut running = Vec::new();
    for order in orders {
        let (actions, start) = (world.actions().await, Arc::clone(&start));
        running.push(tokio::spawn(async move {
            start.wait().await;
            if mark { actions.mark(&order).await } else { actions.revoke(&order).await }
        }));
    }
    let mut answers = Vec::new();
    for task in running {
        answers.push(task.await.expect("it ends").expect("an answer"));
    }
    answers.sort_by_key(|acted| !matches!(acted, Acted::Done { .. }));
    answers.try_into().expect("two answers")
}

async fn of_two_orders_at_once_one_acts(world: World) {
    let other = Order { id: "another".into(), ..order() };
    let [first, second] = at_once(&world, [order(), other], false).await;
    assert_eq!(done(&first).0, ["item-i1"]);
    assert_eq!(second, refused(Refusal::StateChanged));
    assert_eq!(world.snapshot().await["task"].len(), 1);
}

async fn of_one_order_tried_twice_at_once_one_acts(world: World) {
    let [first, second] = at_once(&world, [order(), order()], false).await;
    assert_eq!(second, Acted::AlreadyDone { uri: done(&first).1.to_owned() });
    let written = world.snapshot().await;
    assert_eq!((written["task"].len(), written["notification"].len()), (1, 3));
}

async fn a_mark_is_one_activity_at_the_dataset(world: World) {
    world.add_item("i2", "Revoke_Failed").await;
    world.add_item("i3", "Share_Failed").await;
    let mut expected = world.snapshot().await;
    let acted = world.actions().await.mark(&order()).await.expect("an answer");
    let (items, uri) = done(&acted);
    assert_eq!(items, ["item-i1", "item-i2"]);
    let row = json!({
        "label": "SHARE_OBJECT:EXPIRED", "name": "share-object-expired", "owner": "nudged",
        "created": "2026-04-24 09:00:00", "description": "No description provided", "activityUri": uri,
        "targetUri": "d1", "targetType": "dataset", "action": "SHARE_OBJECT:EXPIRED",
        "summary": "nudged noted that the access of role-team to Sales through share s1 was to end on 2026-04-23 and \
                    still works",
    });
    add(&mut expected, "activity", row);
    assert_eq!(world.snapshot().await, expected);
}

async fn a_mark_is_made_once(world: World) {
    let actions = world.actions().await;
    let first = actions.mark(&order()).await.expect("an answer");
    let written = world.snapshot().await;
    world.execute("UPDATE {share_object} SET status = 'Draft'").await;
    let again = actions.mark(&order()).await.expect("an answer");
    assert_eq!(again, Acted::AlreadyDone { uri: done(&first).1.to_owned() });
    assert_eq!(world.snapshot().await["activity"], written["activity"]);
}

async fn a_mark_is_made_once_by_two_at_once(world: World) {
    let [first, second] = at_once(&world, [order(), order()], true).await;
    assert_eq!(second, Acted::AlreadyDone { uri: done(&first).1.to_owned() });
    assert_eq!(world.snapshot().await["activity"].len(), 1);
}

async fn a_mark_may_wait_for_an_extension(world: World) {
    let extension = "UPDATE {share_object} SET status = 'Submitted_For_Extension'; \
                     UPDATE {share_object_item} SET status = 'PendingExtension'";
    world.execute(extension).await;
    let seen = Order { seen_status: "Submitted_For_Extension".into(), ..order() };
    let acted = world.actions().await.mark(&seen).await.expect("an answer");
    assert_eq!(done(&acted).0, ["item-i1"]);
}

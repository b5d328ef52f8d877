//! When nudged does not act on an expired share, nothing in data.all changes.

use nudged::source::{Acted, Actions, Order, Refusal};

use crate::{
    act_faults::Other,
    act_world::{World, on_both, order, refused},
};

on_both! {
    what_changed_meanwhile_is_not_revoked,
    what_data_all_could_not_finish_is_not_begun,
    statuses_that_data_all_does_not_revoke_from_are_refused,
    nothing_is_revoked_where_nothing_can_be,
    an_extension_that_is_pending_comes_first,
    what_changed_or_works_no_more_is_not_marked,
    what_changes_while_the_order_waits_is_refused,
}

/// Sets the world up anew for each case and looks that the refusal is this one and leaves everything as it was.
async fn refuses(world: &World, cases: &[(&str, Refusal)]) {
    let actions = world.actions().await;
    for (setup, refusal) in cases {
        world.reset().await;
        world.execute(setup).await;
        let before = world.snapshot().await;
        let status = before["share_object"].first().map_or("Processed", |row| row["status"].as_str().expect("a text"));
        let order = if *refusal == Refusal::StateChanged {
            order()
        } else {
            Order { seen_status: status.to_owned(), ..order() }
        };
        assert_eq!(actions.revoke(&order).await.expect("an answer"), refused(*refusal), "{setup}");
        assert_eq!(world.snapshot().await, before, "{setup}");
    }
}

/// Every one of these means that what was judged is not what is there.
const CHANGES: [&str; 8] = [
    "UPDATE {share_object} SET status = 'Draft'",
    "UPDATE {share_object} SET \"expiryDate\" = '2026-07-31 00:00:00'",
    "UPDATE {share_object} SET \"expiryDate\" = NULL",
    "UPDATE {share_object} SET \"nonExpirable\" = '1'",
    "UPDATE {share_object} SET deleted = '2026-04-01 00:00:00'",
    "UPDATE {dataset} SET deleted = '2026-04-01 00:00:00'",
    "UPDATE {share_object} SET \"datasetUri\" = 'd2'",
    "DELETE FROM {share_object_item}; DELETE FROM {share_object}",
];

async fn what_changed_meanwhile_is_not_revoked(world: World) {
    refuses(&world, &CHANGES.map(|change| (change, Refusal::StateChanged))).await;
}

async fn what_data_all_could_not_finish_is_not_begun(world: World) {
    let lock = |resource: &str, kind: &str| {
        format!("INSERT INTO {{resource_lock}} VALUES ('{resource}', '{kind}', 's7', 'share_object')")
    };
    let locks =
        [lock("d1", "s3_dataset"), lock("p1", "consumptionprincipals"), lock("p1-e2", "environment_group_permission")];
    let cases = [
        ("DELETE FROM {environment_group_permission} WHERE \"groupUri\" = 'team'", Refusal::TeamLeft),
        ("DELETE FROM {environment_group_permission} WHERE \"groupUri\" = 'owners'", Refusal::TeamLeft),
        ("UPDATE {share_object} SET \"groupUri\" = NULL", Refusal::TeamLeft),
        ("UPDATE {dataset} SET \"SamlAdminGroupName\" = NULL", Refusal::TeamLeft),
        ("DELETE FROM {environment} WHERE \"environmentUri\" = 'e1'", Refusal::EnvironmentGone),
        ("DELETE FROM {environment} WHERE \"environmentUri\" = 'e2'", Refusal::EnvironmentGone),
        ("UPDATE {share_object} SET \"environmentUri\" = NULL", Refusal::EnvironmentGone),
        (&locks[0], Refusal::Locked),
        (&locks[1], Refusal::Locked),
        (&locks[2], Refusal::Locked),
        ("UPDATE {share_object_item} SET \"healthStatus\" = 'PendingReApply'", Refusal::ReapplyPending),
    ];
    refuses(&world, &cases).await;
    // Another dataset's lock is nobody's business.
    world.reset().await;
    world.execute(&lock("d2", "s3_dataset")).await;
    let acted = world.actions().await.revoke(&order()).await.expect("an answer");
    assert!(matches!(acted, Acted::Done { .. }), "{acted:?}");
}

async fn statuses_that_data_all_does_not_revoke_from_are_refused(world: World) {
    let statuses = ["Approved", "Share_In_Progress", "Revoked", "Revoke_In_Progress", "Deleted", "Invented"];
    let setups = statuses.map(|status| format!("UPDATE {{share_object}} SET status = '{status}'"));
    let cases: Vec<_> = setups.iter().map(|setup| (setup.as_str(), Refusal::NotRevokable)).collect();
    refuses(&world, &cases).await;
}

async fn nothing_is_revoked_where_nothing_can_be(world: World) {
    let cases = [
        ("UPDATE {share_object_item} SET status = 'Share_Failed'", Refusal::NothingShared),
        ("UPDATE {share_object_item} SET status = 'Revoke_Succeeded'", Refusal::NothingShared),
        ("UPDATE {share_object_item} SET deleted = '2026-04-01 00:00:00'", Refusal::NothingShared),
        ("DELETE FROM {share_object_item}", Refusal::NothingShared),
        ("UPDATE {share_object_item} SET status = 'Revoke_Approved'", Refusal::UnderWay),
        ("UPDATE {share_object_item} SET status = 'Revoke_In_Progress'", Refusal::UnderWay),
    ];
    refuses(&world, &cases).await;
}

async fn an_extension_that_is_pending_comes_first(world: World) {
    let cases = [
        ("UPDATE {share_object} SET status = 'Submitted_For_Extension'", Refusal::ExtensionPending),
        ("UPDATE {share_object} SET \"submittedForExtension\" = '1'", Refusal::ExtensionPending),
        ("UPDATE {share_object_item} SET status = 'PendingExtension'", Refusal::ExtensionPending),
    ];
    refuses(&world, &cases).await;
}

async fn what_changed_or_works_no_more_is_not_marked(world: World) {
    let actions = world.actions().await;
    let ended = [
        "UPDATE {share_object_item} SET status = 'Revoke_Succeeded'",
        "UPDATE {share_object_item} SET status = 'Share_Failed'",
    ];
    let changed = CHANGES.map(|change| (change, Refusal::StateChanged));
    let ended = ended.map(|setup| (setup, Refusal::NothingShared));
    for (setup, refusal) in changed.into_iter().chain(ended) {
        world.reset().await;
        world.execute(setup).await;
        let before = world.snapshot().await;
        assert_eq!(actions.mark(&order()).await.expect("an answer"), refused(refusal), "{setup}");
        assert_eq!(world.snapshot().await, before, "{setup}");
    }
}

/// Somebody has changed the share and not committed yet: the order waits for them and sees what they did.
async fn what_changes_while_the_order_waits_is_refused(world: World) {
    let actions = world.actions().await;
    let mut other = Other::begin(&world).await;
    other.run(&world.named("UPDATE {share_object} SET status = 'Draft'")).await;
    let waiting = tokio::spawn(async move { actions.revoke(&order()).await });
    other.until_waited_for().await;
    other.run("COMMIT").await;
    assert_eq!(waiting.await.expect("it ends").expect("an answer"), refused(Refusal::StateChanged));
    assert_eq!(world.snapshot().await["task"].len(), 0);
}

//! data.all's mails as its own code sent them for these rows. Its Monday is Friday 24 April 2026 here: a run is a run.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use nudged::model::Share;
use nudged_tests::{DataallToday, TodayMail, TodayShare, TodayTask, share};

fn dataall() -> DataallToday {
    let group = |(name, members): (&str, &[&str])| {
        (name.to_owned(), members.iter().map(|member| format!("{member}@x.test")).collect())
    };
    let groups: [(&str, &[&str]); 6] = [
        ("producers", &["pam", "pete"]),
        ("stewards", &["sue", "pete"]),
        ("requesters", &["rita", "rob"]),
        ("requesters2", &["ron"]),
        ("envadmins", &["eve"]),
        ("empty", &[]),
    ];
    DataallToday::new(BTreeMap::from(groups.map(group)))
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn friday() -> NaiveDate {
    day("2026-04-24")
}

/// A share of `producers`, who are the stewards too, for `requesters`.
fn with(uri: &str, change: impl FnOnce(&mut Share)) -> TodayShare {
    let mut share = Share { stewards: Some("producers".to_owned()), ..share(uri) };
    change(&mut share);
    share.into()
}

fn pending(uri: &str) -> TodayShare {
    with(uri, |_| {})
}

fn ends(uri: &str, expiry: &str) -> TodayShare {
    with(uri, |share| {
        share.status = "Processed".to_owned();
        share.expiry_day = Some(day(expiry));
    })
}

/// `share>person`, sorted.
fn told(mails: Vec<TodayMail>) -> Vec<String> {
    let mut told: Vec<_> =
        mails.iter().map(|mail| format!("{}>{}", mail.share, mail.address.trim_end_matches("@x.test"))).collect();
    told.sort();
    told
}

#[track_caller]
fn pending_mails(title: &str, shares: &[TodayShare], expected: &[&str]) {
    assert_eq!(told(dataall().pending(shares, friday())), expected, "{title}");
}

#[track_caller]
fn expiration_mails(title: &str, shares: &[TodayShare], expected: &[&str]) {
    assert_eq!(told(dataall().expiration(shares, friday())), expected, "{title}");
}

#[test]
fn pending_requests_are_mailed_to_owners_and_stewards_once_a_share() {
    pending_mails("P01", &[pending("s1")], &["s1>pam", "s1>pete"]);
    let two_groups = with("s1", |share| share.stewards = Some("stewards".to_owned()));
    pending_mails("P02, P17", &[two_groups], &["s1>pam", "s1>pete", "s1>sue"]);
    let three = [pending("s1"), with("s2", |share| share.group = "requesters2".to_owned()), pending("s3")];
    let expected = ["s1>pam", "s1>pete", "s2>pam", "s2>pete", "s3>pam", "s3>pete"];
    pending_mails("P05", &three, &expected);
    pending_mails("P15", &[with("s1", |share| share.group = "producers".to_owned())], &["s1>pam", "s1>pete"]);
    pending_mails("P07", &[TodayShare { deleted: true, ..pending("s1") }], &["s1>pam", "s1>pete"]);
}

#[test]
fn what_the_pending_task_does_not_see_or_cannot_reach_gets_nothing() {
    pending_mails("P03", &[TodayShare { noticed: false, ..pending("s1") }], &[]);
    for status in [
        "Draft",
        "Approved",
        "Rejected",
        "Revoked",
        "Share_In_Progress",
        "Revoke_In_Progress",
        "Processed",
        "Submitted_For_Extension",
        "Extension_Rejected",
    ] {
        pending_mails("P08", &[with("s1", |share| share.status = status.to_owned())], &[]);
    }
    let nobody = |share: &mut Share| {
        (share.producers, share.stewards) = (Some("empty".to_owned()), Some("empty".to_owned()));
    };
    pending_mails("P14", &[with("s1", nobody)], &[]);
}

#[test]
fn one_bad_row_ends_the_pending_task_for_all_after_it() {
    pending_mails("P09", &[TodayShare { dataset: false, ..pending("s0") }, pending("s1")], &[]);
    pending_mails("P12", &[with("s1", |share| share.stewards = None), pending("s2")], &[]);
    let unknown = with("s2", |share| share.producers = Some("strangers".to_owned()));
    pending_mails("P11", &[pending("s1"), unknown, pending("s3")], &["s1>pam", "s1>pete"]);
}

#[test]
fn every_share_with_an_expiry_date_ahead_is_mailed_however_far_it_is() {
    for (title, expiry) in [("X01", "2027-04-30"), ("X02", "2026-04-30"), ("X03", "2026-04-24")] {
        expiration_mails(title, &[ends("s1", expiry)], &["s1>rita", "s1>rob"]);
    }
    let mut left = ends("s1", "2026-04-30");
    left.share.owner = "ron@x.test".to_owned();
    expiration_mails("X23", &[left], &["s1>rita", "s1>rob"]);
    let missing = TodayShare { dataset: false, ..ends("s0", "2026-04-30") };
    expiration_mails("X19", &[missing, ends("s1", "2026-04-30")], &["s1>rita", "s1>rob"]);
}

#[test]
fn expiry_without_a_date_deleted_past_or_in_another_status_is_not_mailed() {
    let dateless = with("s1", |share| share.status = "Processed".to_owned());
    let deleted = TodayShare { deleted: true, ..ends("s2", "2026-04-30") };
    expiration_mails("X12", &[dateless, deleted, ends("s3", "2026-04-30")], &["s3>rita", "s3>rob"]);
    for (title, status, expiry) in [
        ("X04", "Processed", "2026-04-23"),
        ("X06", "Submitted_For_Extension", "2026-03-31"),
        ("X07", "Submitted_For_Extension", "2026-04-30"),
        ("X09", "Extension_Rejected", "2026-03-31"),
        ("X13", "Processed", "2026-03-31"),
        ("X25", "Extension_Rejected", "2026-04-30"),
    ] {
        let mut one = ends("s1", expiry);
        (one.share.extension_asked, one.share.status) = (status == "Submitted_For_Extension", status.to_owned());
        expiration_mails(title, &[one], &[]);
    }
}

/// The days on which each task mails in a month.
fn days(dataall: &DataallToday, shares: &[TodayShare], first: &str) -> [Vec<u32>; 2] {
    let mails = dataall.month(shares, day(first));
    [TodayTask::Pending, TodayTask::Expiration].map(|task| {
        let days = mails.iter().filter(|mail| mail.task == task);
        let mut days: Vec<_> = days.map(|mail| mail.day.day()).collect();
        days.dedup();
        days
    })
}

#[test]
fn a_month_has_its_mondays_and_the_days_before_its_end() {
    let shares = [pending("s1"), ends("s2", "2027-12-31")];
    let today = dataall();
    let april = [vec![6, 13, 20, 27], vec![2, 9, 16, 23, 27, 29, 30]];
    assert_eq!(days(&today, &shares, "2026-04-01"), april, "P06: four runs, nobody acts, and all are told each time");
    assert_eq!(days(&today, &shares, "2026-05-01"), [vec![4, 11, 18, 25], vec![3, 10, 17, 24, 28, 30, 31]]);
    let february = days(&today, &shares, "2027-02-01");
    assert_eq!(february[1], [7, 14, 21, 25, 27, 28], "28 days before the end is no day of a short February");
    let last_day = DataallToday { run_schedule: Vec::new(), ..today };
    assert_eq!(days(&last_day, &shares, "2026-04-01")[1], [30]);
}

#[test]
fn access_that_ends_within_the_month_is_mailed_up_to_its_last_day() {
    let [_, told] = days(&dataall(), &[ends("s1", "2026-04-27")], "2026-04-01");
    assert_eq!(told, [2, 9, 16, 23, 27]);
}

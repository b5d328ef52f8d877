//! What the source makes of every scenario, on SQLite and on PostgreSQL.

use futures_util::TryStreamExt;
use nudged::source::{DataallSource, Row, Source, Want};
use nudged_tests::{Database, Scenario, ShareRow};

#[tokio::test]
async fn every_scenario_reads_as_expected_from_sqlite() {
    for scenario in Scenario::all() {
        check(&scenario, Database::fresh_sqlite()).await;
    }
}

#[tokio::test]
async fn every_scenario_reads_as_expected_from_postgres() {
    for scenario in Scenario::all() {
        check(&scenario, Database::fresh_postgres().await).await;
    }
}

#[test]
fn all_scenarios_are_there() {
    let ids: Vec<_> = Scenario::all().into_iter().map(|scenario| scenario.id).collect();
    let numbered = |kind: char, last: u8| (1..=last).map(move |n| format!("{kind}{n:02}"));
    let events = ["E01", "E02", "E05", "E07"].map(str::to_owned).into_iter();
    let all = events.chain(numbered('H', 4)).chain(numbered('P', 18)).chain(numbered('X', 26));
    assert_eq!(ids, all.collect::<Vec<_>>());
}

async fn check(scenario: &Scenario, database: Database) {
    let dataall = scenario.load(database).await;
    let source = DataallSource::connect(&dataall.config()).await.expect("the source opens");
    let rows: Vec<_> =
        source.shares(&Want::everything(chrono::NaiveDate::default(), false)).try_collect().await.expect("the rows");
    let title = format!("{}: {}", scenario.id, scenario.title);
    let (mut shares, mut problems) = (Vec::new(), Vec::new());
    for row in rows {
        match row {
            Row::Item(item) => {
                let share = item.share().expect("a share").as_ref().clone();
                shares.push(ShareRow {
                    uri: share.uri,
                    status: share.status,
                    since: share.since,
                    dataset: share.dataset_label,
                    producers: share.producers,
                    stewards: share.stewards,
                });
            }
            Row::Problem(problem) => problems.push(problem),
        }
    }
    if let Some(expected) = &scenario.expect.shares {
        assert_eq!(&shares, expected, "{title}");
    }
    let expected: Vec<_> = scenario.expect.problems.iter().filter(|trouble| trouble.from == "source").collect();
    assert_eq!(problems.len(), expected.len(), "{title}: {problems:?}");
    for (problem, expected) in problems.iter().zip(expected) {
        assert_eq!(problem.item.as_ref().map(|key| key.as_str()), Some(expected.item.as_str()), "{title}");
        assert!(problem.text.contains(&expected.names), "{title}: {}", problem.text);
    }
    source.close().await;
}

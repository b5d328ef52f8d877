//! The item, or why there is none.

use futures_util::{TryStreamExt, stream::BoxStream};

use crate::{
    model::{Instant, Item, ItemKey, Problem},
    pipeline::{ScanError, Scanner},
    source::{Row, SourceError, Want},
};

/// The item with what is wrong with it; or one sentence that says why it is not there.
pub(super) async fn find(
    scanner: &Scanner,
    key: &ItemKey,
    now: Instant,
) -> Result<Result<(Item, Vec<String>), String>, ScanError> {
    let want = Want::everything(now.with_timezone(&scanner.zone).date_naive(), true);
    let rows = match key.as_str().split_once(':') {
        Some(("share", _)) => scanner.source.shares(&want),
        Some(("stack", _)) => scanner.source.stacks(&want),
        Some(("record", rest)) => {
            let name = rest.split_once(':').map_or(rest, |(source, _)| source);
            let Some(records) = scanner.records.get(name) else {
                return Ok(Err(format!("{key}: there is no source {name} in `sources`")));
            };
            records.records()
        }
        _ => return Ok(Err(format!("{key} is no item: write share:<uri>, stack:<uri> or record:<source>:<id>"))),
    };
    let (item, problems) = search(rows, key).await?;
    Ok(match item {
        Some(item) => Ok((item, problems)),
        None if !problems.is_empty() => {
            Err(format!("{key} is there but nobody can be reminded of it: {}", problems.join("; ")))
        }
        None => Err(absence(scanner, key).await?),
    })
}

async fn search(
    mut rows: BoxStream<'_, Result<Row, SourceError>>,
    key: &ItemKey,
) -> Result<(Option<Item>, Vec<String>), SourceError> {
    let mut problems = Vec::new();
    while let Some(row) = rows.try_next().await? {
        match row {
            Row::Item(item) if item.key() == *key => return Ok((Some(item), problems)),
            Row::Problem(Problem { item: Some(item), text }) if item == *key => problems.push(text),
            Row::Item(_) | Row::Problem(_) => {}
        }
    }
    Ok((None, problems))
}

async fn absence(scanner: &Scanner, key: &ItemKey) -> Result<String, SourceError> {
    let what = match scanner.source.deleted(key).await?.as_deref() {
        Some("dataset") => "its dataset is deleted",
        Some("environment") => "its environment is deleted",
        Some(_) => "it is deleted",
        None => return Ok(format!("{key}: there is no such item")),
    };
    Ok(format!("{key}: {what}, so that nobody is reminded of it"))
}

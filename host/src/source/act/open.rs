//! Opening data.all's database for writing: a small pool beside the scan's, which stays read only.

use std::path::Path;

use sqlx::{
    Any, AnyConnection, AnyPool, ConnectOptions, Connection, Executor,
    any::{AnyConnectOptions, install_default_drivers},
};

use super::SourceError;
use crate::{
    config::{DatabaseUrl, Secret, SourceConfig},
    database::{self, CONNECT_WITHIN, NO_PARAMETERS, refusal, timed_out, unopened, usable},
    source::statement::Dialect,
};

/// Orders are carried out one after the other; the second is for whoever asks beside that.
const CONNECTIONS: u32 = 2;

/// A lock that is held for longer than 5 s is somebody's work, not a statement: data.all commits every change by itself.
/// Timestamps as texts have one form.
const POSTGRES_SESSION: &str = "SET lock_timeout = '5s'; SET DateStyle = 'ISO, YMD'";

/// The same patience. The journal's mode is the owner's business.
const SQLITE_SESSION: &str = "PRAGMA busy_timeout = 5000";

/// Opens the database that the configuration names.
pub(in crate::source) async fn open(config: &SourceConfig) -> Result<(AnyPool, Dialect), SourceError> {
    install_default_drivers();
    match &config.url {
        DatabaseUrl::Postgres(url) => Ok((postgres(url).await?, Dialect::Postgres(config.schema.clone()))),
        DatabaseUrl::Sqlite(path) => Ok((sqlite(path).await?, Dialect::Sqlite)),
    }
}

async fn postgres(url: &Secret) -> Result<AnyPool, SourceError> {
    // No cause: the driver's words quote the URL.
    let unfit = |what: &str| SourceError { what: what.to_owned(), cause: None };
    let place = usable(url).map_err(unfit)?;
    let options = url.expose().parse().map_err(|_| unfit(NO_PARAMETERS))?;
    pool(options, POSTGRES_SESSION, |error| refusal(&place, error)).await
}

async fn sqlite(path: &Path) -> Result<AnyPool, SourceError> {
    let unfit = |what: &str| SourceError { what: format!("{} {what}", path.display()), cause: None };
    if !path.exists() {
        return Err(unfit("does not exist: correct source.url"));
    }
    let file = url::Url::from_file_path(path).map_err(|()| unfit("is not an absolute path in UTF-8"))?;
    let options: Result<AnyConnectOptions, _> = format!("sqlite://{}?mode=rw", file.path()).parse();
    let failed = |error| SourceError { what: unopened(path, &error), cause: Some(error) };
    pool(options.map_err(failed)?, SQLITE_SESSION, |error| unopened(path, error)).await
}

/// The first connection is made without the pool, which would try again and again and then not say why.
async fn pool(
    options: AnyConnectOptions,
    session: &'static str,
    explain: impl Fn(&sqlx::Error) -> String,
) -> Result<AnyPool, SourceError> {
    let options = options.disable_statement_logging();
    let connected = tokio::time::timeout(CONNECT_WITHIN, AnyConnection::connect_with(&options)).await;
    let first = connected.unwrap_or_else(|_| Err(timed_out()));
    let first = first.map_err(|error| SourceError { what: explain(&error), cause: Some(error) })?;
    first.close().await.ok();
    let pool = database::pool::<Any>(CONNECTIONS)
        .after_connect(move |connection, _| Box::pin(async move { connection.execute(session).await.map(drop) }));
    Ok(pool.connect_lazy_with(options))
}

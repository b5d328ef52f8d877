//! Mistakes in `source`, `sources` and `store`.

use super::Mistake;

pub(super) const MISTAKES: &[Mistake] = &[
    ("source", "5", "2: source: is a number, not an object; write an object"),
    ("source", "{ }", r#"2: source.url: is missing; add "url": "sqlite://nudged-sample.db""#),
    (
        "source",
        r#"{ "url": 5 }"#,
        r#"2: source.url: is a number, not a string or an object; write a string or an object such as "sqlite://nudged-sample.db""#,
    ),
    (
        "source",
        r#"{ "type": "datall", "url": "sqlite://a.db" }"#,
        r#"2: source.type: "datall" is none of the words that are known here; did you mean `dataall`?"#,
    ),
    (
        "source",
        r#"{ "url": "nudged.db" }"#,
        r#"2: source.url: is not a URL: relative URL without a base; write "sqlite://file" or "postgres://user@host/database""#,
    ),
    ("source", r#"{ "url": "sqlite://" }"#, r#"2: source.url: names no file; write one such as "sqlite://nudged.db""#),
    (
        "source",
        r#"{ "url": "sqlite://a.db?mode=ro" }"#,
        "2: source.url: has options after `?`; write the path of the file only",
    ),
    ("source", r#"{ "url": { "env": "NOPE" } }"#, "2: source.url: the environment variable NOPE is not set; set NOPE"),
    (
        "source",
        r#"{ "url": { "env": "EMPTY" } }"#,
        "2: source.url: the environment variable EMPTY is empty; put the text in it",
    ),
    (
        "source",
        r#"{ "url": { "file": "none" } }"#,
        "2: source.url: /etc/nudged/none cannot be read: No such file or directory (os error 2); make it readable, or name another file",
    ),
    ("source", r#"{ "url": { "evn": "DB" } }"#, "2: source.url.evn: is not a known key; did you mean `env`?"),
    ("source", r#"{ "url": { "env": 5 } }"#, "2: source.url.env: is a number, not a string; write a string"),
    (
        "source",
        r#"{ "url": { "env": "DB", "file": "x" } }"#,
        "2: source.url: does not hold exactly one of `env`, `file`; write one of them",
    ),
    ("source", r#"{ "url": { } }"#, "2: source.url: does not hold exactly one of `env`, `file`; write one of them"),
    (
        "source",
        r#"{ "url": { "env": "DB" } }"#,
        r#"2: source.schema: is missing: data.all's tables are in a schema of their own; add "schema": "dev", with the name of the data.all environment"#,
    ),
    (
        "source",
        r#"{ "url": { "env": "DB" }, "schema": "d\"v" }"#,
        r#"2: source.schema: "d\"v" is not the name of a schema; write one such as "dev""#,
    ),
    (
        "source",
        r#"{ "url": { "env": "DB" }, "schema": 5 }"#,
        r#"2: source.schema: is a number, not a string; write a string such as "dev""#,
    ),
    (
        "source",
        r#"{ "url": "sqlite://a.db", "timezone": "Europe/Londn" }"#,
        r#"2: source.timezone: "Europe/Londn" is not a time zone; did you mean `Europe/London`?"#,
    ),
    (
        "source",
        r#"{ "url": "sqlite://a.db", "timezone": "somewhere" }"#,
        r#"2: source.timezone: "somewhere" is not a time zone; write an IANA name such as "Europe/London" or "UTC""#,
    ),
    (
        "source",
        r#"{ "url": "sqlite://a.db", "link": "https://x.test/" }"#,
        r#"2: source.link: "https://x.test/" has no `{uri}` in it; write one such as "https://dataall.example.com/console/shares/{uri}""#,
    ),
    (
        "source",
        r#"{ "url": "sqlite://a.db", "link": "x/{uri}" }"#,
        r#"2: source.link: is not the address of a web page; write one such as "https://dataall.example.com/console/shares/{uri}""#,
    ),
    (
        "source",
        r#"{ "url": "sqlite://a.db", "dataset_link": "https://x.test/" }"#,
        r#"2: source.dataset_link: "https://x.test/" has no `{uri}` in it; write one such as "https://dataall.example.com/console/s3-datasets/{uri}""#,
    ),
    (
        "source",
        r#"{ "url": "sqlite://a.db", "environment_link": "ftp://x.test/{uri}" }"#,
        r#"2: source.environment_link: is not the address of a web page; write one such as "https://dataall.example.com/console/environments/{uri}""#,
    ),
    (
        "sources",
        r#"{ "certs": { "url": "sqlite://ops.db", "query": "SELECT serial FROM c", "id": "serial" } }"#,
        r#"7: warning: sources.certs: is read by no reminder; add "source": "certs" to the reminder that watches it, or remove it"#,
    ),
    (
        "sources",
        r#"{ "Certs": { "url": "sqlite://ops.db", "query": "SELECT 1", "id": "x" } }"#,
        r#"7: sources.Certs: "Certs" is not a name; write lower-case letters, digits and `-`, a letter first, at most 64, such as `pending-share`"#,
    ),
    (
        "sources",
        r#"{ "certs": { "query": "SELECT 1", "id": "x" } }"#,
        r#"7: sources.certs.url: is missing; add "url": {"env":"NUDGED_OPS_URL"}"#,
    ),
    (
        "sources",
        r#"{ "certs": { "url": "sqlite://ops.db", "id": "x" } }"#,
        r#"7: sources.certs.query: is missing; add "query": "SELECT serial, team, ends FROM certificate""#,
    ),
    (
        "sources",
        r#"{ "certs": { "url": "sqlite://ops.db", "query": "SELECT 1" } }"#,
        r#"7: sources.certs.id: is missing; add "id": "serial""#,
    ),
    (
        "sources",
        r#"{ "certs": { "url": "sqlite://ops.db", "query": "SELECT serial FROM c", "id": "serial", "type": "csv" } }"#,
        r#"7: sources.certs.type: "csv" is none of the words that are known here; write one of `sql`"#,
    ),
    (
        "sources",
        r#"{ "certs": { "url": "sqlite://ops.db", "query": "DELETE FROM c", "id": "x" } }"#,
        "7: sources.certs.query: is not a query that reads; write one that begins with SELECT or WITH",
    ),
    (
        "sources",
        r#"{ "certs": { "url": "sqlite://ops.db", "query": "SELECT 1; SELECT 2", "id": "x" } }"#,
        "7: sources.certs.query: holds more than one statement; write one; a `;` can stand at its end only",
    ),
    (
        "sources",
        r#"{ "certs": { "url": "sqlite://ops.db", "query": "SELECT 1", "id": " " } }"#,
        "7: sources.certs.id: is empty; write the name of a column of the query",
    ),
    (
        "sources",
        r#"{ "certs": { "url": "sqlite://ops.db", "query": "SELECT serial FROM c", "id": "serial", "timezone": "utc" } }"#,
        r#"7: sources.certs.timezone: "utc" is not a time zone; did you mean `UTC`?"#,
    ),
    (
        "sources",
        r#"{ "certs": { "url": "sqlite://ops.db", "query": "SELECT serial FROM c", "id": "serial", "roles": { "Owners": "team" } } }"#,
        r#"7: sources.certs.roles.Owners: "Owners" is not a name; write lower-case letters, digits and `-`, a letter first, at most 64, such as `pending-share`"#,
    ),
    (
        "sources",
        r#"{ "certs": { "url": "sqlite://ops.db", "query": "SELECT serial FROM c", "id": "serial", "roles": { "owners": "" } } }"#,
        "7: sources.certs.roles.owners: is empty; write the name of a column of the query",
    ),
    (
        "sources",
        r#"{ "certs": { "url": "sqlite://ops.db", "query": "SELECT serial FROM c", "id": "serial", "link": "https://x.test/{}" } }"#,
        r#"7: sources.certs.link: has braces that do not hold the name of a column; write one such as "https://ops.example.com/certificates/{serial}""#,
    ),
    (
        "sources",
        r#"{ "certs": { "url": "sqlite://ops.db", "query": "SELECT serial FROM c", "id": "serial", "link": "x/{serial}" } }"#,
        r#"7: sources.certs.link: is not the address of a web page; write one such as "https://ops.example.com/certificates/{serial}""#,
    ),
    (
        "store",
        r#"{ "url": "sqlite://a.db", "url": "sqlite://b.db" }"#,
        "3: store.url: is written twice, first on line 3; keep one",
    ),
];

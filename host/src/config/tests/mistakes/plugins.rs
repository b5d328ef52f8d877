//! Mistakes in `plugins`.

use super::Mistake;

pub(super) const MISTAKES: &[Mistake] = &[
    (
        "plugins",
        r#"{ "limits": { "memory": "lots" } }"#,
        r#"7: plugins.limits.memory: "lots" is not a size; write one such as "64MiB", "256KiB" or a number of bytes"#,
    ),
    ("plugins", r#"{ "limits": { "memory": 0 } }"#, "7: plugins.limits.memory: 0 is too small; write 1 or more"),
    (
        "plugins",
        r#"{ "limits": { "memory": "5GiB" } }"#,
        r#"7: plugins.limits.memory: is more than a plugin can address; write "4GiB" or less"#,
    ),
    (
        "plugins",
        r#"{ "limits": { "memory": true } }"#,
        r#"7: plugins.limits.memory: is true or false, not a whole number or a string; write a whole number or a string such as "64MiB""#,
    ),
    (
        "plugins",
        r#"{ "limits": { "strategy_wall": "5" } }"#,
        r#"7: plugins.limits.strategy_wall: "5" is not a length of time; write a number and a unit, such as "30s", "15m", "12h", "2d" or "1w""#,
    ),
    (
        "plugins",
        r#"{ "limits": { "strategy_wall": "0s" } }"#,
        r#"7: plugins.limits.strategy_wall: "0s" is no time at all; write at least "1s""#,
    ),
    ("plugins", r#"{ "limits": { "findings": 0 } }"#, "7: plugins.limits.findings: 0 is too small; write 1 or more"),
    (
        "plugins",
        r#"{ "limits": { "findings": 5.5 } }"#,
        "7: plugins.limits.findings: is a number, not a whole number; write a whole number such as 10000",
    ),
    (
        "plugins",
        r#"{ "grants": { "slack": { "http": ["hooks.slack.com/services"] } } }"#,
        r#"7: plugins.grants.slack.http[0]: holds more than a host and a port; write the host alone, such as "hooks.slack.com""#,
    ),
    (
        "plugins",
        r#"{ "grants": { "slack": { "http": ["https://user:word@hooks.slack.com"] } } }"#,
        r#"7: plugins.grants.slack.http[0]: holds more than a host and a port; write the host alone, such as "hooks.slack.com""#,
    ),
    (
        "plugins",
        r#"{ "grants": { "slack": { "http": ["*.slack.com"] } } }"#,
        "7: plugins.grants.slack.http[0]: holds a `*`, which stands for nothing here; name each host",
    ),
    (
        "plugins",
        r#"{ "grants": { "slack": { "http": ["ftp://slack.com"] } } }"#,
        r#"7: plugins.grants.slack.http[0]: is neither https nor http; write the host alone, or with "https://""#,
    ),
    (
        "plugins",
        r#"{ "grants": { "slack": { "http": ["a host"] } } }"#,
        r#"7: plugins.grants.slack.http[0]: "a host" is not a host; write one such as "hooks.slack.com", "events.example.com:8443" or "http://127.0.0.1:8080""#,
    ),
    (
        "plugins",
        r#"{ "grants": { "slack": { "http": "hooks.slack.com" } } }"#,
        r#"7: plugins.grants.slack.http: is a string, not a list; write a list such as ["hooks.slack.com"]"#,
    ),
    (
        "plugins",
        r#"{ "grants": { "slack": { "networks": ["10.0.0.0"] } } }"#,
        r#"7: plugins.grants.slack.networks[0]: "10.0.0.0" is not a network; write one such as "10.0.0.0/8", or "10.1.2.3/32" for one address"#,
    ),
    (
        "plugins",
        r#"{ "grants": { "slack": { "hosts": [] } } }"#,
        "7: plugins.grants.slack.hosts: is not a known key; write one of `http`, `networks`, `interfaces`, `digests`",
    ),
    (
        "plugins",
        r#"{ "grants": { "my plugin": {} } }"#,
        r#"7: plugins.grants."my plugin": "my plugin" is not a name; write lower-case letters, digits and `-`, a letter first, at most 64, such as `pending-share`"#,
    ),
    (
        "plugins",
        r#"{ "grants": { "email": { "interfaces": ["indox"] } } }"#,
        r#"7: plugins.grants.email.interfaces[0]: "indox" is none of the words that are known here; did you mean `inbox`?"#,
    ),
    (
        "plugins",
        r#"{ "grants": { "email": { "interfaces": ["sockets"] } } }"#,
        r#"7: plugins.grants.email.interfaces[0]: "sockets" is none of the words that are known here; write one of `mail`, `http`, `inbox`"#,
    ),
    (
        "plugins",
        r#"{ "grants": { "email": { "digests": ["sha256:9f86d081"] } } }"#,
        r#"7: plugins.grants.email.digests[0]: "sha256:9f86d081" is not a SHA-256 digest; write its 64 hexadecimal digits, as `sha256sum` prints them, with or without "sha256:""#,
    ),
    (
        "plugins",
        r#"{ "grants": { "emial": { "http": ["x.test"] } } }"#,
        "7: warning: plugins.grants.emial: is the plugin of no reminder and of no channel; did you mean `email`?",
    ),
    (
        "plugins",
        r#"{ "limits_for": { "slack": { "memory": "1MiB" } } }"#,
        "7: warning: plugins.limits_for.slack: is the plugin of no reminder and of no channel; write one of `email`, `pending-share`",
    ),
    (
        "plugins",
        r#"{ "limits_for": { "email": { "memori": "1MiB" } } }"#,
        "7: plugins.limits_for.email.memori: is not a known key; did you mean `memory`?",
    ),
    (
        "plugins",
        r#"{ "limits_for": { "email": { "channel_wall": "2m" } } }"#,
        r#"1: delivery.lease: "2m" is not longer than `plugins.limits_for.email.channel_wall`: a slow send would be made twice; write a longer time, or lower that limit"#,
    ),
    (
        "plugins",
        r#"{ "limits_for": { "email": { "host_bytes": "5GiB" } } }"#,
        r#"7: plugins.limits_for.email.host_bytes: is more than a plugin can address; write "4GiB" or less"#,
    ),
    ("plugins", r#"{ "limits": { "fuel": -1 } }"#, "7: plugins.limits.fuel: -1 is too small; write 0 or more"),
    (
        "plugins",
        r#"{ "limits": { "hourly": "an hour" } }"#,
        r#"7: plugins.limits.hourly: "an hour" is not a length of time; write a number and a unit, such as "30s", "15m", "12h", "2d" or "1w""#,
    ),
    (
        "plugins",
        r#"{ "limits": { "instances": 257 } }"#,
        "7: plugins.limits.instances: 257 is too large; write 256 or less",
    ),
    ("plugins", r#"{ "limits": { "handles": 1 } }"#, "7: plugins.limits.handles: 1 is too small; write 20 or more"),
    (
        "plugins",
        r#"{ "limits": { "compile_memory": "64MiB" } }"#,
        r#"7: plugins.limits.compile_memory: is too small for the compiler itself; write "128MiB" or more"#,
    ),
    (
        "plugins",
        r#"{ "limits": { "compile_wall": "0s" } }"#,
        r#"7: plugins.limits.compile_wall: "0s" is no time at all; write at least "1s""#,
    ),
    (
        "plugins",
        r#"{ "cache_size": "1KiB" }"#,
        r#"7: plugins.cache_size: is too small for a single plugin; write "1MiB" or more"#,
    ),
    (
        "plugins",
        r#"{ "cache_size": "all" }"#,
        r#"7: plugins.cache_size: "all" is not a size; write one such as "64MiB", "256KiB" or a number of bytes"#,
    ),
    ("plugins", r#"{ "poll": "0s" }"#, r#"7: plugins.poll: "0s" is no time at all; write at least "1s""#),
    (
        "plugins",
        r#"{ "shadow": "yes" }"#,
        "7: plugins.shadow: is a string, not true or false; write true or false such as false",
    ),
    (
        "plugins",
        r#"{ "hold": 1 }"#,
        "7: plugins.hold: is a number, not true or false; write true or false such as false",
    ),
];

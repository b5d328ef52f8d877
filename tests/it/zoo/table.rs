//! The table: one row a guest. A guest without one does not compile.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, time::Duration};

use nudged::{
    config::Limits,
    model::FaultKind::{Contract, Denied, Error, Memory, Timeout, Trap},
};
use nudged_tests::{Recorder, handmade as by_hand, plugin};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use serde_json::{Value, json};

use super::{Guest, compiled::compiled_code, row::Row};

const SHARES: &str = "nudged:plugin/share-evaluation@0.1.0";
const DELIVERY: &str = "nudged:plugin/delivery@0.1.0";

#[rustfmt::skip] // a row a guest
pub(super) fn row(guest: Guest) -> Row {
    match guest {
        // Well behaved, or not to be judged here.
        Guest::AsksForLittle => Row::tool("used by plugins::grants"),
        Guest::CarriesCases => Row::tool("well behaved: used by plugins::selftest and by authoring"),
        Guest::CarriesAWrongCase => Row::tool("used by plugins::selftest and by authoring, as the next one is"),
        Guest::FailsItsCase => Row::tool("used by plugins::selftest: what fails its own cases never serves"),
        Guest::DoesAsTold => Row::tool("used by plugins::http, security and the rows of channels here"),
        Guest::Echo => Row::tool("well behaved: what serves before each of these"),
        Guest::EchoV2 => Row::tool("well behaved: used by plugins::registry and plugins::watch"),
        Guest::EveryRecordGetter => Row::tool("well behaved: used by plugins::getters"),
        Guest::EveryShareGetter => Row::tool("well behaved: used by plugins::getters"),
        Guest::EveryStackGetter => Row::tool("well behaved: used by plugins::getters"),
        Guest::Poison => Row::tool("the good neighbour of all of these; misbehaves in plugins::poison"),
        Guest::Rejects => Row::tool("the good neighbour of the channels here"),

        // Files that are no files.
        Guest::AFolder => Row::refused("is a folder named like a plugin", "is not a file").file(folder),
        Guest::APipe => Row::refused("is a pipe that nobody writes to", "is not a file").file(pipe),
        Guest::ADevice => Row::refused("links to a device without end", "is not a file").file(|at| link("/dev/zero", at)),
        Guest::ASymlinkLoop => Row::refused("links to itself", "cannot be read: Too many levels").file(|at| link(at, at)),
        Guest::AnUnreadableFile => Row::refused("may not be read", "cannot be read: Permission denied").file(unreadable),

        // Bytes that are no plugin.
        Guest::AnEmptyFile => Row::refused("is empty", "is not WebAssembly").bytes(|| vec![vec![]]),
        Guest::ACoreModule => Row::refused("is a core module", "is a core module, not a component")
            .bytes(|| one(by_hand::core_module(r#"(memory (export "memory") 1)"#))),
        Guest::WasiPreview1 => Row::refused("is a command of WASI 0.1", "is a core module, not a component")
            .bytes(|| one(by_hand::wasi_preview_1())),
        Guest::CompiledCode => Row::refused("is compiled code under another name", "is not WebAssembly")
            .bytes(compiled_code),
        Guest::Truncated => Row::refused("ends after each 4 KiB of a plugin", "is not")
            .bytes(|| by_hand::truncated(&plugin("pending-share"))),
        Guest::ClaimsVectors => Row::refused("announces sections of up to 4 GiB", "is not a valid component").weighed()
            .bytes(by_hand::claims_vectors),
        Guest::BitsFlipped => Row::either("is a plugin with one bit flipped, 120 times").within(hasty)
            .bytes(bits_flipped),
        Guest::CompileBomb => Row::either("takes long to compile: 100 functions of 2,000 instructions").weighed()
            .within(|limits| limits.compile_wall = Duration::from_secs(2))
            .bytes(|| one(by_hand::compile_bomb(100, 2_000))),

        // Components of no world.
        Guest::NoWorld => Row::refused("is for another host", "exports none of nudged:plugin/share-evaluation")
            .bytes(|| one(by_hand::hollow("", &["wasi:http/handler@0.2.0"]))),
        Guest::BothWorlds => Row::refused("is strategy and channel", "exports both share-evaluation and delivery")
            .bytes(|| one(by_hand::hollow("", &[DELIVERY, SHARES]))),
        Guest::HollowWorld => Row::refused("exports its world with nothing in it", "cannot be linked")
            .bytes(|| one(by_hand::hollow("", &[SHARES]))),
        Guest::ImportsALaterInterface => Row::refused("imports an interface of tomorrow", "this daemon speaks nudged:plugin@0.1.0")
            .bytes(|| importing("nudged:plugin/log@0.2.0")),
        Guest::ImportsSockets => Row::refused("imports sockets of WASI", "wasi:sockets/tcp@0.2.0")
            .bytes(|| importing("wasi:sockets/tcp@0.2.0")),
        Guest::ImportsHttp => Row::refused("imports HTTP of WASI", "wasi:http/outgoing-handler@0.2.0")
            .bytes(|| importing("wasi:http/outgoing-handler@0.2.0")),
        Guest::ManyInstances => Row::refused("has 200 core instances", "200 core module instances")
            .bytes(|| one(by_hand::instances("", 200))),
        Guest::ManyMemories => Row::refused("has three memories", "3 Wasm linear memories")
            .bytes(|| one(by_hand::instances("(memory 1)", 3))),
        Guest::ManyTables => Row::refused("has five tables", "5 tables")
            .bytes(|| one(by_hand::instances("(table 1 funcref)", 5))),
        Guest::LargeMemory => Row::refused("begins with more memory than it can address", "memory")
            .bytes(|| one(by_hand::instances("(memory 65537)", 1))),

        // What starts badly.
        Guest::LoopsInStart => Row::refused_for_now("loops in its start function", "describe failed").within(hasty)
            .bytes(|| one(by_hand::loops_in_start())),
        Guest::SwellsInStart => Row::refused("takes memory in its start function", "memory").weighed()
            .bytes(|| one(by_hand::swells_in_start())),
        Guest::SpinsInDescribe => Row::refused_for_now("loops in `describe`", "timeout: ran for more than 1s").within(hasty),

        // Manifests.
        Guest::WrongKind => Row::refused("says that it is of another world", "the manifest says channel, but"),
        Guest::ManifestIsGarbage => Row::refused("describes itself in no JSON", "describe gives no valid manifest")
            .bytes(|| ["", "1.0.0", "{}", "{\"name\":", "[[[", "\u{0}"].map(by_hand::describing).to_vec()),
        Guest::ManifestIsNoText => Row::refused("describes itself in no UTF-8", "describe failed")
            .bytes(|| one(by_hand::describing(b"{\"name\":\"\xff\"}"))),
        Guest::ManifestIsTooLong => Row::refused("describes itself in 2 MB", "bytes, more than 262144").weighed()
            .bytes(|| one(by_hand::describing_at_length(HEAD, "licence ", 250_000, TAIL))),
        Guest::ManifestNestsDeep => Row::refused("nests 100,000 arrays in its manifest", "recursion limit exceeded")
            .bytes(|| one(by_hand::nested(100_000))),
        Guest::ManifestOfAPath => Row::refused("has a path for a name", "is not like \"pending-share\"")
            .bytes(|| ["../x", "/etc/passwd", "a/b", ".", "a b"].map(|name| manifest(name, "1.0.0", "{}")).to_vec()),
        Guest::ManifestOfAVersionWithLines => Row::refused("forges lines in its version", "is not like \"1.2.3\"")
            .bytes(|| ["1\\nFORGED", "1\\u001b[31m", ""].map(|version| manifest("x", version, "{}")).to_vec()),
        Guest::SchemaIsNone => Row::refused("brings a schema that is none", "parameters are not a JSON Schema")
            .bytes(|| ["1", "\"x\"", "{\"type\":1}"].map(|schema| manifest("x", "1", schema)).to_vec()),
        Guest::SchemaElsewhere => Row::refused("refers to a schema elsewhere", "only \"#/…\" is followed")
            .bytes(|| ["http://127.0.0.1:9/x", "file:///etc/passwd"].map(referring).to_vec()),
        Guest::SchemaForks => Row::refused("brings a schema of 2³⁰ steps", "unfolds to more than 20000 values")
            .weighed().bytes(|| one(by_hand::unfolding_schema())),
        Guest::SchemaIsTooLong => Row::refused("brings 2 MB of schema", "bytes, more than 262144").weighed()
            .bytes(|| one(by_hand::describing_at_length(LIST, "{\"minLength\":3},", 130_000, "{}]}}"))),
        Guest::SchemaWithALargePattern => Row::refused("brings a pattern of a million letters", "is not a \"regex\"")
            .weighed().bytes(|| one(manifest("x", "1", "{\"pattern\":\"((a{100}){100}){100}\"}"))),

        // Strategies that end badly when they are called.
        Guest::Panics => Row::fault(Trap, "panics", "cannot make sense of rita@x.test"),
        Guest::Aborts => Row::fault(Trap, "ends without a word", "wasm trap: wasm `unreachable` instruction executed"),
        Guest::Errs => Row::fault(Error, "answers with an error", "share:s1: no idea what to do with a share that is Submitted"),
        Guest::LongError => Row::fault(Error, "answers with a megabyte of error in many lines", "share:s1: a first line FORGED [31m"),
        Guest::Spin => Row::fault(Timeout, "loops when it is called", "ran for more than 1s").within(hasty),
        Guest::LoopsInRealloc => Row::fault(Timeout, "loops in `cabi_realloc`", "ran for more than 1s").within(hasty)
            .bytes(|| one(by_hand::loops_in_realloc())),
        Guest::DeepRecursion => Row::fault(Trap, "calls itself without end, in Rust", "wasm trap").weighed(),
        Guest::Recurses => Row::fault(Trap, "calls itself without end, by hand", "call stack exhausted").weighed()
            .bytes(|| one(by_hand::recurses())),
        Guest::MemoryBomb => Row::fault(Memory, "takes ever more memory", "asked for more than 67108864 bytes of memory").weighed(),
        Guest::HugeString => Row::fault(Memory, "writes a text of 1 GiB", "asked for more than 67108864 bytes of memory").weighed(),
        Guest::TenMillionFindings => Row::fault(Memory, "makes 10⁷ findings", "asked for more than 67108864 bytes of memory").weighed(),
        Guest::LeavesHandles => Row::fault(Memory, "makes handles of its own without end", "(plugins.limits.handles)").weighed()
            .bytes(|| one(by_hand::leaves_handles())),
        Guest::KeepsTheBatch => Row::fault(Trap, "keeps what it borrowed", "borrow handles still remain")
            .bytes(|| one(by_hand::keeps_the_batch())),
        Guest::AsksPastTheEnd => Row::fault(Trap, "asks for a share after the last", "share 1 was asked for, but the batch holds 1"),

        // Strategies whose answers are none.
        Guest::BadReason => Row::fault(Contract, "answers with a bad reason code", "the reason \"Not A Reason!\" is not a code"),
        Guest::ForeignShare => Row::fault(Contract, "finds something in a share it was not given", "a finding about item 1 of a batch of 1"),
        Guest::RepeatsItself => Row::fault(Contract, "says the same twice", "two findings about share:s1 for reason a")
            .bytes(|| one(by_hand::repeats_itself())),
        Guest::IsOutOfTime => Row::fault(Contract, "answers with the year 292277026", "is not an instant between")
            .bytes(|| one(by_hand::is_out_of_time())),
        Guest::SaysNoText => Row::fault(Trap, "answers with a reason that is no UTF-8", "invalid utf-8")
            .bytes(|| one(by_hand::says_no_text())),
        Guest::ManyFindings => Row::fault(Contract, "answers with 20,000 findings", "20000 findings in a batch, at most 10000"),
        Guest::ClaimsTenMillionFindings => Row::fault(Trap, "claims 10⁷ findings", "out of bounds").weighed()
            .bytes(|| one(by_hand::claims_findings())),
        Guest::FillsMemoryWithFindings => Row::fault(Trap, "fills its 64 MiB with 600,000 findings", "(plugins.limits.host_bytes)")
            .weighed().bytes(|| one(by_hand::fills_memory_with_findings())),
        Guest::ClaimsAGigabyte => Row::fault(Trap, "claims a text of 1 GiB", "out of bounds").weighed()
            .bytes(|| one(by_hand::claims_a_gigabyte())),
        Guest::Unfolds => Row::fault(Trap, "has 1,600 findings share a text of 64 KiB", "(plugins.limits.host_bytes)")
            .weighed().bytes(|| one(by_hand::unfolds())),
        Guest::LogFlood => Row::answers("writes a megabyte to the log", "the plugin logs too much: the rest of this call's log is dropped"),

        // Channels. The relay is busy, and the server never answers.
        Guest::PanicsChannel => Row::fault(Trap, "panics", "cannot reach pam@x.test"),
        Guest::PanicsAfterMail => Row::fault(Trap, "panics after its mail", "no idea what to make of"),
        Guest::MailsTwice => Row::fault(Denied, "sends two mails", "asked for a second mail for one notification"),
        Guest::WidensRecipients => Row::fault(Denied, "adds recipients in a header field", "asked for the header field \"X-SMTPAPI\""),
        Guest::DeniedHost => Row::fault(Denied, "asks for a host that is not granted", "evil.x.test")
            .told(|_| json!([{ "what": "http", "method": "POST", "url": "https://evil.x.test/" }])),
        Guest::ForeignSecret => Row::fault(Denied, "asks for a secret of another channel", "the secret \"slack-url\", which the channel does not have")
            .told(|server| json!([{ "what": "http", "method": "POST", "url": server.url(),
                "secret_headers": [["authorization", "Bearer ", "slack-url"]] }])),
        Guest::HoardsRequests => Row::fault(Denied, "makes requests and lets go of none", "more than 8 requests at hand")
            .told(|server| json!([{ "what": "hoard", "zeros": 100_000, "url": server.url() }])),
        Guest::SlowHost => Row::fault(Timeout, "waits for a server that never answers", "ran for more than 1s")
            .within(|limits| limits.channel_wall = Duration::from_secs(1)).told(asking),
    }
}

/// A manifest with a licence as long as one likes.
const HEAD: &str = r#"{"name":"by-hand","version":"1.0.0","kind":"share-strategy","licence":""#;
const TAIL: &str = r#""}"#;
const LIST: &str = r#"{"name":"by-hand","version":"1.0.0","kind":"share-strategy","parameters":{"anyOf":["#;

fn one(bytes: Vec<u8>) -> Vec<Vec<u8>> {
    vec![bytes]
}

fn hasty(limits: &mut Limits) {
    limits.strategy_wall = Duration::from_secs(1);
}

fn importing(interface: &str) -> Vec<Vec<u8>> {
    one(by_hand::hollow(&format!(r#"(import "{interface}" (instance))"#), &[SHARES]))
}

fn manifest(name: &str, version: &str, schema: &str) -> Vec<u8> {
    by_hand::describing(format!(
        r#"{{"name":"{name}","version":"{version}","kind":"share-strategy","parameters":{schema}}}"#
    ))
}

fn referring(target: &str) -> Vec<u8> {
    manifest("x", "1", &json!({ "$ref": target }).to_string())
}

/// Few of a plugin that ships, since nearly each is compiled, and many of a small one.
fn bits_flipped() -> Vec<Vec<u8>> {
    let small = by_hand::Module::default().component();
    [by_hand::with_bit_flipped(&plugin("failed-share"), 20), by_hand::with_bit_flipped(&small, 100)].concat()
}

fn asking(server: &Recorder) -> Value {
    json!([{ "what": "http", "method": "POST", "url": server.url() }])
}

fn folder(at: &Path) {
    fs::create_dir(at).expect("a folder");
}

fn link(to: impl AsRef<Path>, at: &Path) {
    std::os::unix::fs::symlink(to, at).expect("a link");
}

fn pipe(at: &Path) {
    mknodat(CWD, at, FileType::Fifo, Mode::from_raw_mode(0o600), 0).expect("a pipe");
}

fn unreadable(at: &Path) {
    fs::write(at, plugin("failed-share")).expect("a file");
    fs::set_permissions(at, fs::Permissions::from_mode(0o000)).expect("its mode");
}

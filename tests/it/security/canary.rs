//! A canary in every place where a secret can be, every failure that could quote it, and then a search for it everywhere.

use nudged_tests::{Act, Done, Home, Manner, NOW, Process, Recorder, Relay, Reply, Stage, guest_file, lay};
use rustix::process::Signal;
use serde_json::{Value, json};

use super::leaks::{assert_clean, assert_folder_clean};

const PASSWORD: &str = "cnry-smtp/+p\"ss&w0rd";
const TOKEN: &str = "cnry-t0ken/+w\"rd&=1-abc";
const HOOK: &str = "/services/cnryH00Kpath01/cnryH00Kpath02?key=cnryQuery03";
const KEY: &str = "whsec_Y25yeS1zaWduaW5nLWtleS0wMTIzNDU2Nzg5";
const API: &str = "cnry-api-token-0123456789";

/// The parts that are secret each for itself.
const SECRETS: &[&str] =
    &[PASSWORD, TOKEN, "cnryH00Kpath01", "cnryH00Kpath02", "cnryQuery03", "Y25yeS1zaWduaW5nLWtleS0wMTIzNDU2Nzg5", API];

/// What a receiver quotes of a request, and more.
fn echo(url: &str) -> Vec<u8> {
    let percent = |text: &str| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
    let base64 = |text: &str| base64::Engine::encode(&base64::prelude::BASE64_STANDARD, text);
    let mut told = format!("POST {url}{HOOK} authorization: Bearer {TOKEN} key {KEY} ");
    for secret in [TOKEN, KEY] {
        let basic =
            [format!("user:{secret}"), format!("us:{secret}"), format!("use:{secret}\n")].map(|both| base64(&both));
        told += &format!("{} {basic:?} {}", percent(secret).to_uppercase(), json!({ "echo": secret }));
    }
    told.into_bytes()
}

fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// A folder whose channels have secrets, which stand in the environment and in files below `secrets`.
async fn home(relay: &Relay, recorder: &Recorder) -> Home {
    let mut home = Home::new(&relay.url()).await;
    lay(&[guest_file("does-as-told")], &home.path("plugins"));
    std::fs::create_dir(home.path("secrets")).expect("a folder");
    let smtp = relay.url().replace("//", &format!("//nudged:{}@", percent_encoded(PASSWORD)));
    for (name, secret) in [("smtp", smtp), ("token", TOKEN.to_owned()), ("api", API.to_owned())] {
        std::fs::write(home.path("secrets").join(name), format!("{secret}\n")).expect("a file");
    }
    let url = recorder.url();
    let step = |url: &str| {
        json!({
            "what": "http", "method": "POST", "url": url, "sign": ["key"], "field": "x-echo", "body": "secret:token",
            "secret_headers": [["authorization", "Bearer ", "token"]],
        })
    };
    let steps = json!([step("secret:hook"), step(&format!("{url}/other")), { "what": "keep", "text": "secret:token" }]);
    home.configure(|config| {
        config["channels"]["email"]["smtp"]["url"] = json!({ "file": "secrets/smtp" });
        config["channels"]["email"]["smtp"]["tls"] = json!("none");
        config["channels"]["events"] = json!({
            "plugin": "does-as-told", "parameters": { "steps": steps },
            "secrets": { "hook": { "env": "CNRY_HOOK" }, "key": { "env": "CNRY_KEY" }, "token": { "file": "secrets/token" } },
        });
        config["plugins"]["grants"] = json!({ "does-as-told": { "http": [url], "networks": ["127.0.0.1/32"] } });
        config["directory"]["groups"]["team-1"] = json!({ "email": "pam@x.test", "events": "team-1" });
        config["directory"]["fallback"] = json!({ "email": "ops@x.test", "events": "ops" });
        config["reminders"]["pending-share"]["channels"] = json!(["email", "events"]);
        config["api"]["token"] = json!({ "file": "secrets/api" });
    });
    home
}

fn command(home: &Home, recorder: &Recorder, arguments: &[&str]) -> tokio::process::Command {
    let mut command = home.command(arguments);
    command.env("CNRY_HOOK", format!("{}{HOOK}", recorder.url())).env("CNRY_KEY", KEY).env("NUDGED_LOG", "trace");
    command
}

async fn ran(home: &Home, recorder: &Recorder, arguments: &[&str]) -> Done {
    let output = command(home, recorder, arguments).output().await.expect("it starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    let done = Done { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) };
    assert_clean(&format!("{arguments:?}: stdout"), done.stdout.as_bytes(), SECRETS);
    assert_clean(&format!("{arguments:?}: stderr"), done.stderr.as_bytes(), SECRETS);
    done
}

/// A relay that quotes what it was told, and a receiver that does.
async fn parrots() -> (Relay, Recorder) {
    let relay = Relay::with(Manner { auth: true, ..Manner::default() }).await;
    let plain = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, format!("\0nudged\0{PASSWORD}"));
    let reply = format!("535 5.7.8 no: AUTH PLAIN {plain} as {PASSWORD}");
    relay.on(Stage::Auth, Act::Reply(reply.leak()));
    let recorder = Recorder::start().await;
    let url = recorder.url();
    recorder.always(Reply::says(400, echo(&url)).with("x-echo", TOKEN).with("location", &format!("{url}{HOOK}")));
    (relay, recorder)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_command_tells_a_secret() {
    let (relay, recorder) = parrots().await;
    let home = home(&relay, &recorder).await;
    for format in ["text", "json"] {
        ran(&home, &recorder, &["check", "--log-format", format]).await;
    }
    assert_eq!(ran(&home, &recorder, &["scan", "--now", NOW]).await.code, Some(0));
    let delivered = ran(&home, &recorder, &["deliver", "--once", "--format", "json", "--log-format", "json"]).await;
    assert!(delivered.stdout.contains("(535): 5.7.8 no"), "the relay's words come through: {}", delivered.stdout);
    assert!(delivered.stdout.contains("authorization: Bearer …"), "the receiver's words come through: {delivered:?}");
    let lines = delivered.stdout.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    for line in lines {
        let id = line["notification"].as_str().expect("an id");
        for format in ["text", "json"] {
            ran(&home, &recorder, &["outbox", "show", id, "--format", format]).await;
        }
    }
    ran(&home, &recorder, &["outbox", "list"]).await;
    ran(&home, &recorder, &["explain", "share:s1"]).await;
    assert_folder_clean(&home.path(""), SECRETS);
    let heard = recorder.requests();
    assert_eq!(heard.len(), 2);
    assert!(heard.iter().all(|one| one.text() == "secret:token" && one.field("authorization").is_some()), "{heard:?}");
    assert_clean("another URL", format!("{:?}{:?}", heard[1].path, heard[1].body).as_bytes(), SECRETS);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_daemon_tells_a_secret() {
    for format in ["text", "json"] {
        let (relay, recorder) = parrots().await;
        let mut home = home(&relay, &recorder).await;
        let daemon = Process::start(command(&home, &recorder, &["run", "--log-format", format]));
        daemon.until("ready").await;
        home.plan_run("pending-share").await;
        daemon.signal(Signal::HUP);
        daemon.until("(535): 5.7.8 no").await;
        daemon.until("Bearer …").await;
        let (api, bearer) = (daemon.api(), format!("Bearer {API}"));
        let fields = [("Host", "localhost"), ("Authorization", bearer.as_str())];
        let mut told = String::new();
        for (method, path) in [("GET", "/metrics"), ("GET", "/-/ready"), ("POST", "/-/reload"), ("GET", "/none")] {
            told += &format!("{:?}", api.ask(method, path, &fields).await);
        }
        home.configure(|config| {
            config["channels"]["email"]["smtp"]["tls"] = json!("wrapped");
            config["store"]["url"] = json!({ "file": "secrets/smtp" });
            config["source"]["url"] = json!({ "file": "secrets/token" });
        });
        let refused = api.ask("POST", "/-/reload", &fields).await;
        assert_eq!(refused.status, 400, "{refused:?}");
        told += &refused.body;
        assert_clean("api", told.as_bytes(), SECRETS);
        daemon.signal(Signal::TERM);
        daemon.until("stopped").await;
        assert_clean(format, daemon.log().as_bytes(), SECRETS);
        assert_eq!(daemon.end().await, Some(0));
        assert_folder_clean(&home.path(""), SECRETS);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_database_that_cannot_be_used_tells_its_password() {
    let (relay, recorder) = parrots().await;
    let password = "cnryDbPassw0rd99";
    for url in [
        format!("postgres://pam:{password}@127.0.0.1:1/x"),
        format!("postgres://pam@127.0.0.1:1/x?password={password}"),
        format!("postgres://pam@127.0.0.1:1/x?pass={password}"),
        format!("postgres://pam:{password}@127.0.0.1:port/x"),
        format!("postgres://pam:{password}@no-such-host.invalid/x"),
        format!("mysql://pam:{password}@127.0.0.1/x"),
        format!("{password} with blanks"),
    ] {
        let mut home = home(&relay, &recorder).await;
        std::fs::write(home.path("secrets/db"), &url).expect("a file");
        for section in ["store", "source"] {
            let kept = config_of(&home);
            home.configure(|config| {
                config[section]["url"] = json!({ "file": "secrets/db" });
                config["source"]["schema"] = json!("dev");
            });
            for arguments in [&["check"][..], &["scan"], &["run", "--log-format", "json"], &["outbox", "list"]] {
                let done = ran(&home, &recorder, arguments).await;
                assert_ne!(done.code, None);
                assert_clean(&format!("{url}: {arguments:?}"), format!("{done:?}").as_bytes(), &[password]);
            }
            home.configure(|config| *config = kept);
        }
    }
}

fn config_of(home: &Home) -> Value {
    serde_json::from_slice(&std::fs::read(home.path("config.json")).expect("a file")).expect("JSON")
}

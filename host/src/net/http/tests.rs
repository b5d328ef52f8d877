//! Names that change their addresses, and other sides that take their time.

use std::{
    collections::{BTreeMap, VecDeque},
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::{GrantedHttp, resolver::Lookup};
use crate::{
    clock::SystemClock,
    config::Grant,
    model::NotificationId,
    net::{HttpError, HttpRequest, HttpResponse, HttpSender},
};

/// Answers each look-up with the next list, and then with none.
#[derive(Default)]
struct Script(Mutex<VecDeque<Vec<&'static str>>>);

#[async_trait::async_trait]
impl Lookup for Script {
    async fn lookup(&self, _: &str) -> io::Result<Vec<SocketAddr>> {
        let next = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let next = next.ok_or_else(|| io::Error::other("no such name"))?;
        Ok(next.into_iter().map(|text| SocketAddr::new(text.parse().expect("an address"), 0)).collect())
    }
}

/// A sender to `http://rebound.test:<port>` that may reach 127.0.0.1 and no other private address.
fn sender(port: u16, lookups: &[&[&'static str]]) -> GrantedHttp {
    let grant = Grant {
        http: vec![format!("http://rebound.test:{port}").parse().expect("a grant")],
        networks: vec!["127.0.0.1/32".parse().expect("a network")],
        ..Grant::default()
    };
    let script = Script(Mutex::new(lookups.iter().map(|one| one.to_vec()).collect()));
    GrantedHttp::with_lookup(&grant, BTreeMap::new(), None, Arc::new(SystemClock), Arc::new(script)).expect("a sender")
}

async fn get(sender: &GrantedHttp, port: u16) -> Result<HttpResponse, HttpError> {
    let request = HttpRequest {
        id: NotificationId::from_stored("n1".to_owned()),
        method: "GET".to_owned(),
        url: format!("http://rebound.test:{port}/"),
        headers: Vec::new(),
        body: Vec::new(),
        signed_with: Vec::new(),
        bounds: Arc::default(),
    };
    sender.send(&request).await
}

/// Serves every connection with these bytes and closes it; with none it says nothing. Counts connections.
async fn serve(answer: &'static [u8]) -> (u16, Arc<Mutex<usize>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("the port").port();
    let count = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            *counted.lock().unwrap_or_else(PoisonError::into_inner) += 1;
            tokio::spawn(speak(stream, answer));
        }
    });
    (port, count)
}

async fn speak(mut stream: TcpStream, answer: &'static [u8]) -> io::Result<()> {
    let mut request = [0; 1024];
    let _ = stream.read(&mut request).await?;
    if answer.is_empty() || answer.ends_with(b"...") {
        stream.write_all(answer).await?;
        // Until the client goes away.
        let _ = stream.read(&mut request).await?;
    }
    stream.write_all(answer).await
}

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok";

#[tokio::test]
async fn a_name_that_moves_to_a_private_address_is_not_followed() {
    let (port, connections) = serve(OK).await;
    let sender = sender(port, &[&["127.0.0.1"], &["127.0.0.2"], &["10.0.0.1", "::1"], &["10.0.0.1", "127.0.0.1"]]);
    assert_eq!(get(&sender, port).await.expect("an answer").body, b"ok");
    for address in ["127.0.0.2", "10.0.0.1"] {
        let Err(HttpError::Failed { kind, detail }) = get(&sender, port).await else { panic!("no failure") };
        assert_eq!(kind, "resolve", "{detail}");
        assert!(detail.contains(&format!("rebound.test is at {address}, which is")), "{detail}");
    }
    assert_eq!(get(&sender, port).await.expect("the granted one of the two").status, 200);
    assert_eq!(*connections.lock().expect("a count"), 2, "each of the two look-ups was made once, for the connection");
    let Err(HttpError::Failed { kind, detail }) = get(&sender, port).await else { panic!("no failure") };
    assert_eq!(kind, "resolve", "{detail}");
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_not_waited_for() {
    let (port, _) = serve(b"").await;
    let mut sender = sender(port, &[&["127.0.0.1"]]);
    sender.whole = Duration::from_millis(200);
    let Err(HttpError::Failed { kind, detail }) = get(&sender, port).await else { panic!("no failure") };
    assert_eq!(kind, "timeout", "{detail}");
    assert!(!detail.contains("rebound.test"), "{detail}");
}

#[tokio::test]
async fn an_answer_that_does_not_end_counts_as_far_as_it_came() {
    let (port, _) = serve(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf of it...").await;
    let mut sender = sender(port, &[&["127.0.0.1"]]);
    sender.whole = Duration::from_millis(200);
    let answer = get(&sender, port).await.expect("a status");
    assert_eq!((answer.status, &answer.body[..]), (200, &b"half of it..."[..]));
}

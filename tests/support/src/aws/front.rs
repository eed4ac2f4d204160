//! A front before a stand-in: it notes every request, may change an answer, and speaks TLS where it is asked to.
//!
//! It is an HTTP proxy too: a request that names a whole URL goes to the same stand-in, whatever the URL's host. So does
//! what is sent through a tunnel (`CONNECT`).

use std::fmt::{self, Write as _};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::certificates::Identity;
use crate::https::{self, Response};

/// How long a connection may be silent.
const LIMIT: Duration = Duration::from_mins(1);

/// A request that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The HTTP method.
    pub method: String,
    /// What was asked for: a path with its query, or a whole URL where the front was used as a proxy.
    pub target: String,
    /// Names, in lower case, and values of the headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Seen {
    /// A header's value; empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(header, _)| header == name);
        found.map_or("", |(_, value)| value)
    }

    /// The parts of the scope that the signature names: access key, day, region, service; empty for unsigned requests.
    fn scope(&self, part: usize) -> &str {
        let scope = self.header("authorization").split("Credential=").nth(1);
        scope
            .and_then(|scope| scope.split('/').nth(part))
            .unwrap_or_default()
    }

    /// The access key that signed it.
    pub fn access_key(&self) -> &str {
        self.scope(0)
    }

    /// The region that it was signed for.
    pub fn region(&self) -> &str {
        self.scope(2)
    }

    /// The service that it was signed for; `sts` for the calls that are not signed.
    pub fn service(&self) -> &str {
        match self.scope(3) {
            "" => "sts",
            service => service,
        }
    }

    /// The operation of a query API, as `GetRole`; method and path of any other.
    pub fn operation(&self) -> String {
        let mut parameters = self.body.split('&');
        let action = parameters.find_map(|parameter| parameter.strip_prefix("Action="));
        action.map_or_else(
            || format!("{} {}", self.method, self.target),
            ToOwned::to_owned,
        )
    }

    /// A parameter of a query API, still percent-encoded; empty when there is none.
    pub fn parameter(&self, name: &str) -> &str {
        let parameters = self.body.split('&').filter_map(|part| part.split_once('='));
        let mut found = parameters.filter(|(key, _)| *key == name);
        found.next().map_or("", |(_, value)| value)
    }
}

/// Gives an answer of the front's own.
type Answer = dyn Fn(&Seen) -> Option<Response> + Send + Sync;

/// Changes the body of an answer.
type Rewrite = dyn Fn(&Seen, String) -> String + Send + Sync;

/// What a front does besides passing on.
#[derive(Default)]
pub struct FrontOptions {
    /// Answers a request itself; what it leaves is passed on.
    pub answer: Option<Box<Answer>>,
    /// Changes the bodies of answers.
    pub rewrite: Option<Box<Rewrite>>,
    /// The certificate that it shows; without one it speaks no TLS.
    pub identity: Option<Identity>,
}

/// A front at work; it ends when it is dropped.
pub struct Front {
    /// Where it is, such as `http://127.0.0.1:40123`.
    pub endpoint: String,
    /// The port of that address.
    pub port: u16,
    seen: Arc<Mutex<Vec<Seen>>>,
    is_over: Arc<AtomicBool>,
    listening: Option<JoinHandle<()>>,
}

impl fmt::Debug for Front {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Front({})", self.endpoint)
    }
}

/// What all connections of a front share.
struct Shared {
    upstream: u16,
    options: FrontOptions,
    tls: Option<Arc<ServerConfig>>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Front {
    /// A front before the server at a port of loopback.
    pub fn before(upstream: u16, options: FrontOptions) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let tls = options
            .identity
            .as_ref()
            .map(Identity::server_config)
            .transpose()?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let seen = Arc::new(Mutex::new(Vec::new()));
        let is_over = Arc::new(AtomicBool::new(false));
        let shared = Arc::new(Shared {
            upstream,
            options,
            tls,
            seen: Arc::clone(&seen),
        });
        let over = Arc::clone(&is_over);
        let listening = std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                let shared = Arc::clone(&shared);
                // It ends with its connection, at the latest when the run does.
                std::thread::spawn(move || serve(&shared, connection).ok());
            }
        });
        Ok(Self {
            endpoint: format!("{scheme}://127.0.0.1:{port}"),
            port,
            seen,
            is_over,
            listening: Some(listening),
        })
    }

    /// What came so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Forgets what came so far.
    pub fn forget(&self) {
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // Wakes the listener.
        TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).ok();
        if let Some(listening) = self.listening.take() {
            listening.join().ok();
        }
    }
}

fn serve(shared: &Shared, connection: TcpStream) -> io::Result<()> {
    connection.set_read_timeout(Some(LIMIT))?;
    match &shared.tls {
        None if is_for_a_tunnel(&connection) => tunnel(shared, connection),
        None => talk(shared, &mut &connection),
        Some(config) => {
            let server = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
            let mut client = StreamOwned::new(server, connection);
            talk(shared, &mut client)?;
            client.conn.send_close_notify();
            client.flush()
        }
    }
}

fn is_for_a_tunnel(connection: &TcpStream) -> bool {
    let mut first = [0; 8];
    connection
        .peek(&mut first)
        .is_ok_and(|read| first.get(..read) == Some(b"CONNECT "))
}

/// Carries what both sides say, without looking at it, until one of them ends.
fn tunnel(shared: &Shared, mut client: TcpStream) -> io::Result<()> {
    let Some((head, body)) = message(&mut client, &mut Vec::new())? else {
        return Ok(());
    };
    shared
        .seen
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(parse(&head, body));
    let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, shared.upstream))?;
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
    let (mut to_client, mut from_server) = (client.try_clone()?, server.try_clone()?);
    let back = std::thread::spawn(move || {
        io::copy(&mut from_server, &mut to_client).ok();
        to_client.shutdown(Shutdown::Both).ok();
    });
    io::copy(&mut client, &mut server).ok();
    server.shutdown(Shutdown::Both).ok();
    back.join().ok();
    Ok(())
}

/// Requests one after the other, until the client is done.
fn talk(shared: &Shared, client: &mut (impl Read + Write)) -> io::Result<()> {
    let mut read = Vec::new();
    while let Some((head_of_request, body)) = message(client, &mut read)? {
        let request = parse(&head_of_request, body);
        shared
            .seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(request.clone());
        let own = shared.options.answer.as_ref();
        let answer = match own.and_then(|answer| answer(&request)) {
            Some(answer) => answer,
            None => pass_on(shared.upstream, &request)?,
        };
        let mut body = answer.body;
        if let Some(rewrite) = &shared.options.rewrite {
            body = rewrite(&request, body);
        }
        let kept = answer.headers.iter().filter(|(name, _)| {
            !matches!(
                name.as_str(),
                "content-length" | "transfer-encoding" | "connection"
            )
        });
        let headers = written(kept);
        let length = body.len();
        let status = answer.status;
        let head = format!("HTTP/1.1 {status} \r\n{headers}content-length: {length}\r\n\r\n");
        client.write_all(head.as_bytes())?;
        client.write_all(body.as_bytes())?;
        client.flush()?;
        if is_the_last(&head_of_request, &request) {
            break;
        }
    }
    Ok(())
}

/// Whether the client waits for the end of the connection.
fn is_the_last(head: &str, request: &Seen) -> bool {
    let line = head.lines().next().unwrap_or_default();
    line.ends_with("HTTP/1.0") || request.header("connection").eq_ignore_ascii_case("close")
}

/// The head and the body of the next message; `None` when there is none. `read` keeps what came after it.
fn message(from: &mut impl Read, read: &mut Vec<u8>) -> io::Result<Option<(String, String)>> {
    let mut more = [0; 16_384];
    loop {
        if let Some(end) = read.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(read.get(..end).unwrap_or_default()).into_owned();
            let length = head
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .and_then(|(_, value)| value.trim().parse::<usize>().ok())
                .unwrap_or_default();
            let whole = end + 4 + length;
            if let Some(body) = read.get(end + 4..whole) {
                let body = String::from_utf8_lossy(body).into_owned();
                read.drain(..whole);
                return Ok(Some((head, body)));
            }
        }
        match from.read(&mut more)? {
            0 => return Ok(None),
            count => read.extend(more.get(..count).unwrap_or_default()),
        }
    }
}

/// Headers as they are sent.
fn written<'h>(headers: impl Iterator<Item = &'h (String, String)>) -> String {
    headers.fold(String::new(), |mut text, (name, value)| {
        write!(text, "{name}: {value}\r\n").ok();
        text
    })
}

fn parse(head: &str, body: String) -> Seen {
    let mut words = head.split(' ');
    let headers = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    Seen {
        method: words.next().unwrap_or_default().to_owned(),
        target: words.next().unwrap_or_default().to_owned(),
        headers: headers
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect(),
        body,
    }
}

/// Sends a request to the server behind the front, on a connection of its own, and takes the whole answer.
fn pass_on(upstream: u16, request: &Seen) -> io::Result<Response> {
    let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, upstream))?;
    server.set_read_timeout(Some(LIMIT))?;
    let path = match request.target.split_once("://") {
        Some((_, rest)) => rest
            .find('/')
            .map_or("/", |at| rest.get(at..).unwrap_or("/")),
        None => &request.target,
    };
    let kept = request.headers.iter().filter(|(name, _)| {
        !matches!(
            name.as_str(),
            "host" | "connection" | "content-length" | "proxy-connection"
        )
    });
    let headers = written(kept);
    // HTTP/1.0, so that the answer comes whole and the connection ends with it.
    let head = format!(
        "{} {path} HTTP/1.0\r\nHost: 127.0.0.1:{upstream}\r\n{headers}Content-Length: {}\r\n\r\n",
        request.method,
        request.body.len()
    );
    server.write_all(head.as_bytes())?;
    server.write_all(request.body.as_bytes())?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer)?;
    https::parse(&String::from_utf8_lossy(&answer))
}

//! A front passes on what comes, notes it, and changes what it is told to.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};

use super::{Front, FrontOptions};
use crate::certificates::Certificates;
use crate::http;
use crate::https::{Client, Request};

/// A server that answers every request with its first line, and its port.
fn echo() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut connection in listener.incoming().flatten() {
            let text = whole(&mut connection);
            let line = text.lines().next().unwrap_or_default().to_owned();
            let answer = format!("HTTP/1.0 200 OK\r\nX-Kind: echo\r\n\r\n{line}");
            connection.write_all(answer.as_bytes()).unwrap();
        }
    });
    port
}

/// A request to its end: a connection that is closed with something unread takes the answer with it.
fn whole(connection: &mut TcpStream) -> String {
    let mut read = Vec::new();
    let mut part = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let lengths = head.lines().filter_map(|line| line.split_once(": "));
            let length = lengths
                .filter(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .find_map(|(_, length)| length.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return text;
            }
        }
        match connection.read(&mut part).unwrap() {
            0 => return text,
            count => read.extend_from_slice(&part[..count]),
        }
    }
}

#[test]
fn a_front_passes_on_and_notes() {
    let front = Front::before(echo(), FrontOptions::default()).unwrap();
    let port = front.port;
    let answer = http::send(port, Request::post("/a?b=c", "Action=GetRole&RoleName=x")).unwrap();
    assert_eq!(answer.body, "POST /a?b=c HTTP/1.0");
    let whole = http::send(port, Request::get("http://elsewhere.test/d")).unwrap();
    assert_eq!(whole.body, "GET /d HTTP/1.0");
    let seen = front.seen();
    assert_eq!(seen[0].operation(), "GetRole");
    assert_eq!(seen[0].parameter("RoleName"), "x");
    assert_eq!(seen[1].target, "http://elsewhere.test/d");
    front.forget();
    assert_eq!(front.seen(), []);
}

#[test]
fn a_front_rewrites_and_encrypts() {
    let certificates = Certificates::generate().unwrap();
    let front = Front::before(
        echo(),
        FrontOptions {
            answer: None,
            rewrite: Some(Box::new(|seen, body| format!("{}: {body}", seen.method))),
            identity: Some(certificates.server.clone()),
        },
    )
    .unwrap();
    let client = Client::new(front.port, &certificates.authority, None).unwrap();
    // A client of HTTP/1.0 waits for the end of the connection.
    let answer = client.send_with(&[("Connection", "close")], Request::get("/"));
    assert_eq!(answer.unwrap().body, "GET: GET / HTTP/1.0");
}

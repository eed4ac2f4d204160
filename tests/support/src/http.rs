//! The few requests without TLS that setting up a server takes, blocking; tests of the product use its own clients.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use crate::https::{Request, Response, head, parse};

/// How long one request may take.
const LIMIT: Duration = Duration::from_secs(30);

/// Sends one request to a server on loopback, on a connection of its own.
pub fn send(port: u16, request: Request<'_>) -> io::Result<Response> {
    send_with(port, &[], request)
}

/// As [`send`], with these headers besides those that every request has.
pub fn send_with(
    port: u16,
    headers: &[(&str, &str)],
    request: Request<'_>,
) -> io::Result<Response> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, LIMIT)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    stream.write_all(head(port, headers, request).as_bytes())?;
    stream.write_all(request.body.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    parse(&String::from_utf8_lossy(&answer))
}

//! One etcd for all API servers of a run; each keeps to a prefix of its own.

use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::time::Duration;

use super::ATTEMPTS;
use super::binaries::Binaries;
use crate::{Missing, Server, free_port};

/// How long etcd may take to listen; one second is usual.
const READY: Duration = Duration::from_mins(1);

/// A running etcd.
#[derive(Debug)]
pub(super) struct Etcd {
    /// Where clients reach it.
    pub(super) url: String,
    _server: Server,
}

impl Etcd {
    /// Starts etcd with its data in `folder`, on other ports when somebody took the first ones.
    pub(super) fn start(binaries: &Binaries, folder: &Path) -> Result<Self, Missing> {
        let mut reason = String::new();
        for attempt in 0..ATTEMPTS {
            match start_once(binaries, folder, attempt) {
                Ok(etcd) => return Ok(etcd),
                Err(why) => reason = why,
            }
        }
        Err(Missing::new("etcd", reason))
    }
}

fn start_once(binaries: &Binaries, folder: &Path, attempt: u32) -> Result<Etcd, String> {
    let port = free_port().map_err(|error| error.to_string())?;
    let peer = free_port().map_err(|error| error.to_string())?;
    let url = format!("http://127.0.0.1:{port}");
    let data = folder.join(format!("etcd-{attempt}"));
    let command = binaries.etcd(&data, &url, &format!("http://127.0.0.1:{peer}"));
    let log = folder.join(format!("etcd-{attempt}.log"));
    let mut server = Server::start("etcd", command, &log).map_err(|error| error.to_string())?;
    server.wait_until(READY, || {
        TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
    })?;
    Ok(Etcd {
        url,
        _server: server,
    })
}

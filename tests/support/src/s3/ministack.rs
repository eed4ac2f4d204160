//! ministack: a stand-in for AWS whose S3 writes conditionally and atomically; it takes any credentials.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use super::ATTEMPTS;
use crate::https::Request;
use crate::pip::{self, Package};
use crate::process::watched;
use crate::{Missing, Server, folder, free_port, http};

const PACKAGE: Package = Package {
    service: "ministack",
    requirement: "ministack==1.5.33",
    program: "ministack",
    takes: "some 10 s",
};

/// How long it may take to listen; half a second is usual.
const READY: Duration = Duration::from_mins(1);

/// A running ministack.
#[derive(Debug)]
pub struct Ministack {
    /// Where all its services are, such as `http://127.0.0.1:40123`.
    pub endpoint: String,
    /// The port of that address.
    pub port: u16,
    _server: Server,
}

impl Ministack {
    /// Starts one with its data in the run's folder under a name, on another port when somebody took the first one.
    pub(super) fn start(name: &str) -> Result<Self, Missing> {
        let missing = |reason: String| Missing::new(PACKAGE.service, reason);
        let program = pip::program(&PACKAGE)?;
        let folder = folder::shared().map_err(|error| missing(error.to_string()))?;
        let mut reason = String::new();
        for attempt in 0..ATTEMPTS {
            let folder = folder.join(format!("{name}-{attempt}"));
            match start_once(&program, &folder) {
                Ok(server) => return Ok(server),
                Err(why) => reason = why,
            }
        }
        Err(missing(reason))
    }

    /// Makes an empty bucket; one that is there already stays as it is.
    pub fn create_bucket(&self, name: &str) -> io::Result<()> {
        let path = format!("/{name}");
        let request = Request {
            method: "PUT",
            ..Request::get(&path)
        };
        // It looks at the scope of the credentials to tell the services apart, and does not check the signature.
        let for_s3 = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, \
                      SignedHeaders=host, Signature=0";
        let answer = http::send_with(self.port, &[("Authorization", for_s3)], request)?;
        match answer.status {
            200 | 409 => Ok(()),
            _ => Err(io::Error::other(answer.body)),
        }
    }
}

fn start_once(program: &Path, folder: &Path) -> Result<Ministack, String> {
    let said = |error: io::Error| error.to_string();
    fs::create_dir_all(folder).map_err(said)?;
    let port = free_port().map_err(said)?;
    let mut command = watched(program);
    command
        // By itself it listens on every interface, and with its IoT broker on another port too.
        .env("BIND_HOST", "127.0.0.1")
        .env("IOT_MTLS_ENABLED", "0")
        .env("GATEWAY_PORT", port.to_string())
        .env("S3_DATA_DIR", folder.join("s3"))
        .env("STATE_DIR", folder.join("state"));
    let log = folder.join("log");
    let mut server = Server::start(PACKAGE.service, command, &log).map_err(said)?;
    server.wait_until(READY, || {
        let health = Request::get("/_ministack/health");
        http::send(port, health).is_ok_and(|answer| answer.status == 200)
    })?;
    Ok(Ministack {
        endpoint: format!("http://127.0.0.1:{port}"),
        port,
        _server: server,
    })
}

//! Stand-ins for AWS that somebody else wrote, and what can stand before one of them: a front that counts, rewrites and
//! encrypts, and a proxy that breaks what passes through it.
//!
//! Each value is a server of its own, which ends when it is dropped: the tests of whole configurations use fixed names.

mod front;
mod joined;
mod microburst;
mod moto;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

pub use front::{Front, FrontOptions, Seen};
pub use joined::Joined;
pub use microburst::Microburst;
pub use moto::Moto;

use crate::https::Request;
use crate::pip::{self, Package};
use crate::process::watched;
use crate::{Missing, RunFolder, Server, free_port, http};

/// How often a server is started on other ports before it counts as missing.
const ATTEMPTS: u32 = 3;

/// How long a server may take to listen; a second or two is usual.
const READY: Duration = Duration::from_mins(1);

/// A program of a package that listens on a port of loopback.
struct Program {
    package: Package,
    /// What is asked for until it is answered with 200.
    health: &'static str,
}

/// A program at work, with its files.
#[derive(Debug)]
struct Running {
    port: u16,
    _server: Server,
    _folder: RunFolder,
}

impl Program {
    /// Starts it; `prepare` gives the command its arguments for a port and a folder.
    fn start(&self, prepare: &dyn Fn(&mut Command, u16, &Path)) -> Result<Running, Missing> {
        let program = pip::program(&self.package)?;
        let mut reason = String::new();
        for _ in 0..ATTEMPTS {
            match self.start_once(&program, prepare) {
                Ok(running) => return Ok(running),
                Err(why) => reason = why,
            }
        }
        Err(Missing::new(self.package.service, reason))
    }

    fn start_once(
        &self,
        program: &Path,
        prepare: &dyn Fn(&mut Command, u16, &Path),
    ) -> Result<Running, String> {
        let said = |error: std::io::Error| error.to_string();
        let folder = RunFolder::create().map_err(said)?;
        let port = free_port().map_err(said)?;
        let mut command = watched(program);
        prepare(&mut command, port, folder.path());
        let log = folder.path().join("log");
        let mut server = Server::start(self.package.service, command, &log).map_err(said)?;
        server.wait_until(READY, || {
            let health = Request::get(self.health);
            http::send(port, health).is_ok_and(|answer| answer.status == 200)
        })?;
        Ok(Running {
            port,
            _server: server,
            _folder: folder,
        })
    }
}

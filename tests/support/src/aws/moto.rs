//! moto: a stand-in that knows most of IAM; it takes any credentials.

use super::{Program, Running};
use crate::Missing;
use crate::pip::Package;

const MOTO: Program = Program {
    package: Package {
        service: "moto",
        requirement: "moto[server]==5.2.5",
        program: "moto_server",
        takes: "some 50 s",
    },
    health: "/moto-api/data.json",
};

/// A running moto.
#[derive(Debug)]
pub struct Moto {
    /// Where all its services are, such as `http://127.0.0.1:40123`.
    pub endpoint: String,
    /// The port of that address.
    pub port: u16,
    _running: Running,
}

impl Moto {
    /// Starts one that is empty but for the policies that AWS manages.
    pub fn start() -> Result<Self, Missing> {
        let running = MOTO.start(&|command, port, _| {
            command.env("MOTO_IAM_LOAD_MANAGED_POLICIES", "true").args([
                "-H",
                "127.0.0.1",
                "-p",
                &port.to_string(),
            ]);
        })?;
        Ok(Self {
            endpoint: format!("http://127.0.0.1:{}", running.port),
            port: running.port,
            _running: running,
        })
    }
}

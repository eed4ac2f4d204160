//! microburst: a proxy that throttles, fails, delays, resets and cuts replies as AWS does on a bad day.

use std::io;

use super::{Program, Running};
use crate::https::Request;
use crate::pip::Package;
use crate::{Missing, http};

const MICROBURST: Program = Program {
    package: Package {
        service: "microburst",
        requirement: "microburst==0.10.0",
        program: "microburst",
        takes: "some 20 s",
    },
    health: "/_microburst/health",
};

/// A running proxy before a stand-in.
#[derive(Debug)]
pub struct Microburst {
    /// Where clients send what is meant for the stand-in.
    pub endpoint: String,
    port: u16,
    _running: Running,
}

impl Microburst {
    /// Starts one before the server at `upstream`; everything passes until there are rules.
    pub fn before(upstream: &str) -> Result<Self, Missing> {
        let running = MICROBURST.start(&|command, port, _| {
            command.args(["--upstream", upstream, "--port", &port.to_string()]);
        })?;
        Ok(Self {
            endpoint: format!("http://127.0.0.1:{}", running.port),
            port: running.port,
            _running: running,
        })
    }

    /// Replaces its rules, a JSON list in its own words; see <https://pypi.org/project/microburst/>.
    pub fn set_rules(&self, rules: &serde_json::Value) -> io::Result<()> {
        let body = rules.to_string();
        let answer = http::send(self.port, Request::post("/_microburst/rules", &body))?;
        if answer.status == 200 {
            return Ok(());
        }
        Err(io::Error::other(answer.body))
    }

    /// What it broke so far: service, operation and action of each.
    pub fn fired(&self) -> io::Result<Vec<(String, String, String)>> {
        let answer = http::send(self.port, Request::get("/_microburst/fired?limit=10000"))?;
        let fired: serde_json::Value = serde_json::from_str(&answer.body)?;
        let text = |event: &serde_json::Value, name: &str| {
            let value = event.get(name).and_then(serde_json::Value::as_str);
            value.unwrap_or_default().to_owned()
        };
        let events = fired.as_array().into_iter().flatten();
        Ok(events
            .map(|event| {
                (
                    text(event, "service"),
                    text(event, "operation"),
                    text(event, "action"),
                )
            })
            .collect())
    }
}

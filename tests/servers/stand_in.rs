//! A stand-in for AWS, which one it is, and a project that is led to it.

use libtest_mimic::{Completion, Trial};
use trustform_test_support::Missing;
use trustform_test_support::aws::Moto;
use trustform_test_support::s3::{Ministack, own_ministack};

use crate::common::project::Project;
use crate::common::without;

/// The stand-ins that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// moto.
    Moto,
    /// ministack.
    Ministack,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 2] = [Kind::Moto, Kind::Ministack];

    /// Its name in trials and tables.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Moto => "moto",
            Kind::Ministack => "ministack",
        }
    }

    /// The account that its callers are in.
    pub fn account(self) -> &'static str {
        match self {
            Kind::Moto => "123456789012",
            Kind::Ministack => "000000000000",
        }
    }
}

/// A stand-in of a test's own.
#[derive(Debug)]
pub enum StandIn {
    Moto(Moto),
    Ministack(Ministack),
}

impl StandIn {
    /// Starts an empty one.
    pub fn start(kind: Kind) -> Result<Self, Missing> {
        match kind {
            Kind::Moto => Moto::start().map(StandIn::Moto),
            Kind::Ministack => own_ministack().map(StandIn::Ministack),
        }
    }

    pub fn kind(&self) -> Kind {
        match self {
            StandIn::Moto(_) => Kind::Moto,
            StandIn::Ministack(_) => Kind::Ministack,
        }
    }

    pub fn port(&self) -> u16 {
        match self {
            StandIn::Moto(server) => server.port,
            StandIn::Ministack(server) => server.port,
        }
    }

    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port())
    }
}

/// Lets the runs of a project reach AWS at an address, with keys of the environment.
pub fn lead_to(project: &mut Project, endpoint: &str) {
    project.set("AWS_ENDPOINT_URL", endpoint);
    project.set("AWS_ACCESS_KEY_ID", "AKIATEST");
    project.set("AWS_SECRET_ACCESS_KEY", "secret");
    // There is no instance, and asking for one takes its time.
    project.set("AWS_EC2_METADATA_DISABLED", "true");
}

/// A trial on a stand-in of its own; skipped where the machine cannot have one, unless it must.
pub fn on(
    kind: Kind,
    name: &str,
    test: impl FnOnce(&StandIn) -> Result<(), Missing> + Send + 'static,
) -> Trial {
    let name = format!("servers::{}::{name}", kind.name());
    Trial::ignorable_test(name, move || {
        let done = StandIn::start(kind).and_then(|server| test(&server));
        match done {
            Ok(()) => Ok(Completion::Completed),
            Err(missing) => without(&missing),
        }
    })
}

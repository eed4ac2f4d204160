//! Questions about the outside world, and their answers.

use super::ProviderKey;
use crate::address::{InstanceAddress, Name};
use crate::eval::{FileAnswers, FileRead};
use crate::schema::{Facts, Identity};
use crate::value::Known;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use trustform_state::snapshot::DeposedKey;

/// One question.
#[derive(Clone, Debug)]
pub enum Read {
    /// Is the recorded object still there, and what is it like?
    Object {
        /// The instance.
        address: InstanceAddress,
        /// The deposed object that is meant, if not the current one.
        deposed: Option<DeposedKey>,
        /// The provider configuration.
        provider: ProviderKey,
        /// What the state records.
        recorded: LiveObject,
    },
    /// Is there an object of this identity?
    Existing {
        /// The type.
        resource_type: Name,
        /// The provider configuration.
        provider: ProviderKey,
        /// The identity.
        identity: Identity,
    },
    /// What does this data source say?
    Data {
        /// The type.
        data_type: Name,
        /// The provider configuration.
        provider: ProviderKey,
        /// Its arguments.
        config: Known,
        /// The instance that asked first, for messages.
        address: InstanceAddress,
    },
    /// What is the value of this ephemeral object?
    Open {
        /// The provider configuration.
        provider: ProviderKey,
        /// Its arguments.
        config: Known,
        /// The instance, which has an object of its own.
        address: InstanceAddress,
    },
    /// What are the objects of this type called?
    Names {
        /// The type.
        resource_type: Name,
        /// The provider configuration.
        provider: ProviderKey,
    },
    /// Who is the caller of this provider configuration, and where?
    Facts {
        /// The provider configuration.
        provider: ProviderKey,
    },
}

/// The name of a question: equal questions have equal names. Answer files use it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReadKey(String);

impl ReadKey {
    /// A name read from an answer file.
    pub fn from_text(text: impl Into<String>) -> Self {
        ReadKey(text.into())
    }

    /// The question about the recorded object of an instance.
    pub fn object(address: &InstanceAddress, deposed: Option<&DeposedKey>) -> Self {
        let generation = deposed
            .map(|key| format!(" deposed {key}"))
            .unwrap_or_default();
        ReadKey(format!("object {address}{generation}"))
    }

    /// The question about an object of an identity.
    pub fn existing(provider: &ProviderKey, resource_type: &str, identity: &Identity) -> Self {
        ReadKey(format!(
            "existing {provider} {resource_type} {}",
            identity.0
        ))
    }

    /// Whether it is a question about an object of an identity.
    pub fn is_existing(&self) -> bool {
        self.0.starts_with("existing ")
    }

    /// The question about the names of all objects of a type.
    pub fn names(provider: &ProviderKey, resource_type: &str) -> Self {
        ReadKey(format!("names {provider} {resource_type}"))
    }

    /// The question of a data source with these arguments.
    pub fn data(provider: &ProviderKey, data_type: &str, config: &Known) -> Self {
        ReadKey(format!(
            "data {provider} {data_type} {}",
            crate::value::to_json(config)
        ))
    }

    /// The question that opens an ephemeral instance.
    pub fn open(address: &InstanceAddress) -> Self {
        ReadKey(format!("open {address}"))
    }

    /// The question about the caller.
    pub fn facts(provider: &ProviderKey) -> Self {
        ReadKey(format!("facts {provider}"))
    }
}

impl fmt::Display for ReadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An object outside, with what its provider keeps beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveObject {
    /// The object.
    pub object: Known,
    /// The provider's own bytes; usually empty.
    pub private: Vec<u8>,
}

impl From<Known> for LiveObject {
    fn from(object: Known) -> Self {
        LiveObject {
            object,
            private: Vec::new(),
        }
    }
}

/// The answer to a question.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The object, or that there is none.
    Object(Option<LiveObject>),
    /// The data source.
    Data(Known),
    /// The ephemeral object; nothing where it was opened once and its value not kept.
    Opened(Option<Known>),
    /// The import ids of all objects of the type.
    Names(BTreeSet<String>),
    /// The caller.
    Facts(Facts),
    /// It could not be read: it is not known whether it is there.
    NotRead(ReadFailure),
}

/// Why something could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReadFailure {
    /// Whether credentials are missing or refused altogether.
    pub credentials: bool,
    /// Whether the question was wrong: an import id of another form than the type's.
    pub malformed: bool,
    /// Whether the settings of the provider cannot be used, or lead to something else than what was meant.
    pub settings: bool,
    /// What happened, with the service's own words.
    pub message: String,
}

/// All answers so far.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// Answers of providers.
    pub reads: BTreeMap<ReadKey, Answer>,
    /// Answers of the file system.
    pub files: FileAnswers,
}

/// All questions of one round.
#[derive(Clone, Debug, Default)]
pub struct Needs {
    /// Questions to providers.
    pub reads: BTreeMap<ReadKey, Read>,
    /// Questions to the file system.
    pub files: BTreeSet<FileRead>,
    /// The settings of the provider configurations that the reads name.
    pub providers: BTreeMap<ProviderKey, Known>,
}

impl Needs {
    /// Whether nothing is asked but to open ephemeral objects.
    pub fn only_opens(&self) -> bool {
        let is_open = |read: &Read| matches!(read, Read::Open { .. });
        self.files.is_empty() && self.reads.values().all(is_open)
    }

    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.reads.is_empty() && self.files.is_empty()
    }
}

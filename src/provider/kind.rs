//! What every kind of object offers.

use super::{ProviderContext, ProviderError, ProviderErrorKind};
use crate::schema::{Identity, Rules, TypeSchema};
use crate::value::{Known, Value};
use async_trait::async_trait;

/// A kind of the registry.
#[derive(Clone, Copy)]
pub enum Kind {
    /// A resource type.
    Resource(&'static dyn ResourceKind),
    /// A data type.
    Data(&'static dyn DataSource),
}

/// What resource and data types have in common.
pub trait ObjectType: Send + Sync {
    /// The type's name, as `aws_iam_role`.
    fn name(&self) -> &'static str;

    /// Other names under which Terraform knows the same type.
    fn aliases(&self) -> &'static [&'static str] {
        &[]
    }

    /// The provider's type, as `aws`.
    fn provider(&self) -> &'static str;

    /// The shape. Built once.
    fn schema(&self) -> &'static TypeSchema;

    /// The pure rules.
    fn rules(&self) -> &'static dyn Rules;
}

/// An object as it was found, with what the provider wants to keep beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// The object.
    pub object: Known,
    /// Bytes that only the provider understands, kept in the state's `private` member; usually empty.
    pub private: Vec<u8>,
}

impl From<Known> for Recorded {
    fn from(object: Known) -> Self {
        Recorded {
            object,
            private: Vec::new(),
        }
    }
}

/// What became of an operation: the object as far as it was made, and the error that stopped it.
///
/// A half-done create returns both, so that what exists remotely is recorded.
#[derive(Debug)]
pub struct Outcome {
    /// The object as it is now; `None` when nothing exists.
    pub object: Option<Recorded>,
    /// What went wrong, if anything.
    pub error: Option<ProviderError>,
}

impl Outcome {
    /// Everything went well.
    pub fn done(object: Known) -> Self {
        Outcome {
            object: Some(object.into()),
            error: None,
        }
    }

    /// Nothing was made.
    pub fn failed(error: ProviderError) -> Self {
        Outcome {
            object: None,
            error: Some(error),
        }
    }

    /// Something was made, and then an error stopped the rest.
    pub fn partial(object: Known, error: ProviderError) -> Self {
        Outcome {
            object: Some(object.into()),
            error: Some(error),
        }
    }
}

/// A resource type.
#[async_trait]
pub trait ResourceKind: ObjectType {
    /// Reads the live object of a recorded one; `None` when it is gone. Attributes that cannot be read keep their
    /// recorded values.
    async fn read(
        &self,
        ctx: &ProviderContext,
        recorded: &Recorded,
    ) -> Result<Option<Recorded>, ProviderError>;

    /// Finds an object by its import id; `None` when there is none. The error kind `InvalidInput` means the id is malformed.
    async fn find(
        &self,
        ctx: &ProviderContext,
        identity: &Identity,
    ) -> Result<Option<Recorded>, ProviderError>;

    /// The import ids of all objects of this type that the configuration reaches; a type that cannot say is an error.
    async fn names(&self, ctx: &ProviderContext) -> Result<Vec<Identity>, ProviderError> {
        let _ = ctx;
        Err(ProviderError {
            kind: ProviderErrorKind::InvalidInput,
            doing: format!("listing {}", self.name()),
            code: String::new(),
            message: "objects of this type are not listed".to_owned(),
            request_id: String::new(),
        })
    }

    /// Makes the planned object. Parts that only the service can give are unknown in `planned`.
    async fn create(&self, ctx: &ProviderContext, planned: &Value) -> Outcome;

    /// Changes the live object to the planned one, in place.
    async fn update(&self, ctx: &ProviderContext, prior: &Recorded, planned: &Value) -> Outcome;

    /// What others have in the object and would lose with it, in words; nothing for most kinds. What may not be looked at
    /// counts.
    async fn content(
        &self,
        ctx: &ProviderContext,
        prior: &Recorded,
    ) -> Result<Vec<String>, ProviderError> {
        let _ = (ctx, prior);
        Ok(Vec::new())
    }

    /// Removes the object and waits until it is gone. One that is gone already is success.
    async fn delete(&self, ctx: &ProviderContext, prior: &Recorded) -> Result<(), ProviderError>;
}

/// An ephemeral type. Its objects are in no plan and no state.
#[async_trait]
pub trait EphemeralKind: ObjectType {
    /// Opens an object with these (wholly known) arguments; computed attributes are null in `config`.
    async fn open(&self, ctx: &ProviderContext, config: &Known) -> Result<Known, ProviderError>;
}

/// A data type.
#[async_trait]
pub trait DataSource: ObjectType {
    /// Reads the object that the (wholly known) arguments ask for; computed attributes are null in `config`.
    async fn read(&self, ctx: &ProviderContext, config: &Known) -> Result<Known, ProviderError>;
}

//! Provider configurations: which one an instance has, and what its settings come to.

use crate::address::{InstanceKey, ModuleInstance, Name, ProviderAddress, ProviderConfigAddress};
use crate::config::{Module, Resource};
use crate::eval::{Evaluation, Place, block_value};
use crate::graph::{ResolvedProvider, resolve_provider};
use crate::lang::{Evaluated, Halt};
use crate::value::Value;
use sha2::{Digest, Sha256};
use std::fmt;

/// One configuration of a provider, with the key of its instance where the linker repeated it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProviderKey {
    /// The block.
    pub address: ProviderConfigAddress,
    /// The instance.
    pub key: InstanceKey,
}

impl ProviderKey {
    /// The provider, as `aws`.
    pub fn provider_type(&self) -> &Name {
        &self.address.provider.provider_type
    }

    /// The provider's address.
    pub fn provider(&self) -> &ProviderAddress {
        &self.address.provider
    }
}

impl fmt::Display for ProviderKey {
    /// As states record it. An instance key becomes part of the alias, as a hash: Terraform drops objects whose provider
    /// address has a key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key == InstanceKey::None {
            return write!(f, "{}", self.address);
        }
        let digest = Sha256::digest(self.key.to_string().as_bytes());
        let hash = hexadecimal(digest.get(..4).unwrap_or_default());
        write!(f, "{}_{hash}", self.address)
    }
}

/// The provider configuration of an instance of a resource.
pub fn provider_of(
    evaluation: &Evaluation<'_>,
    module: &ModuleInstance,
    resource: &Resource,
) -> Result<ProviderKey, Halt> {
    let configuration = &evaluation.program().configuration;
    let implied: Name = Module::implied_provider(&resource.name.resource_type).into();
    let found = resolve_provider(
        configuration,
        &module.path(),
        &implied,
        resource.provider.as_ref(),
    );
    let ResolvedProvider { address, key, .. } = found.ok_or(Halt::Blocked)?;
    let key = match key {
        None => InstanceKey::None,
        Some((path, expression)) => {
            // The key stands in a call above: it is evaluated in the instance of that call which leads here.
            let place = calling_place(evaluation, module, path.names().len())?;
            instance_key(&evaluation.evaluate(&expression, &place)?).ok_or(Halt::Blocked)?
        }
    };
    Ok(ProviderKey { address, key })
}

/// The place in the module at `depth` from which the call leads to `module`.
fn calling_place(
    evaluation: &Evaluation<'_>,
    module: &ModuleInstance,
    depth: usize,
) -> Result<Place, Halt> {
    let mut current = module.clone();
    while current.steps().len() > depth + 1 {
        current = current.split().ok_or(Halt::Blocked)?.0;
    }
    let (caller, name, key) = current.split().ok_or(Halt::Blocked)?;
    let index = evaluation
        .program()
        .graph
        .module(&caller.path())
        .ok_or(Halt::Blocked)?;
    let node = *index.calls.get(name).ok_or(Halt::Blocked)?;
    let each = evaluation.expansion(node, &caller)?.each.get(key).cloned();
    Ok(Place {
        module: caller,
        key: key.clone(),
        each,
        own: None,
    })
}

fn instance_key(value: &Value) -> Option<InstanceKey> {
    match (value.as_str(), value.as_number()) {
        (Some(text), _) => Some(InstanceKey::string(text)),
        (None, Some(number)) => number.as_u64().map(InstanceKey::Int),
        (None, None) => None,
    }
}

/// The settings of a provider configuration; null for every setting when there is no block.
pub fn provider_config(evaluation: &Evaluation<'_>, provider: &ProviderKey) -> Evaluated {
    let program = evaluation.program();
    let path = &provider.address.module;
    let schema = program
        .schemas
        .provider(provider.provider_type())
        .ok_or(Halt::Blocked)?;
    let module = program.configuration.module(path).ok_or(Halt::Blocked)?;
    let block = module.providers.iter().find(|block| {
        block.alias == provider.address.alias
            && module.provider(&block.local_name) == *provider.provider()
    });
    let root = ModuleInstance::root();
    let instances = evaluation.module_instances(path)?;
    let instance = instances.first().unwrap_or(&root);
    let Some(block) = block else {
        let empty = crate::config::Body::empty(crate::source::Span::new(
            crate::source::FileId::default(),
            0..0,
        ));
        return block_value(&empty, schema, &NoNames);
    };
    let index = program.graph.module(path).ok_or(Halt::Blocked)?;
    let key = (block.local_name.clone(), block.alias.clone());
    let node = *index.providers.get(&key).ok_or(Halt::Blocked)?;
    let each = evaluation
        .expansion(node, instance)?
        .each
        .get(&provider.key)
        .cloned();
    let place = Place {
        module: instance.clone(),
        key: provider.key.clone(),
        each,
        own: None,
    };
    evaluation.block(&block.body, schema, &place)
}

/// The scope of a body without any expression.
struct NoNames;

impl crate::lang::Scope for NoNames {
    fn resolve(&self, _: &crate::lang::Target<'_>) -> Evaluated {
        Err(Halt::Blocked)
    }

    fn file(&self, _: &str) -> Result<Option<std::sync::Arc<[u8]>>, Halt> {
        Err(Halt::Blocked)
    }

    fn files(&self, _: &str, _: &str) -> Result<Vec<String>, Halt> {
        Err(Halt::Blocked)
    }

    fn timestamp(&self) -> Option<std::sync::Arc<str>> {
        None
    }

    fn plan_timestamp(&self) -> Option<std::sync::Arc<str>> {
        None
    }
}

/// Bytes as lower-case hexadecimal digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a text cannot fail.
            let _infallible = write!(text, "{byte:02x}");
            text
        })
}

//! Reading addresses that people or state files wrote.

use super::{InstanceAddress, InstanceKey, ModuleInstance, Name, ProviderAddress};
use super::{ProviderConfigAddress, ResourceMode, ResourceName, Target};
use std::str::FromStr;

/// A text that is no address, with the reason.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a valid address: {reason}")]
pub struct AddressError {
    text: String,
    reason: &'static str,
}

impl AddressError {
    pub(super) fn new(text: &str, reason: &'static str) -> Self {
        AddressError {
            text: text.to_owned(),
            reason,
        }
    }
}

impl FromStr for ModuleInstance {
    type Err = AddressError;

    /// Parses `module.a["k"].module.b[0]`; the empty text is the root module.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let mut reader = Reader::new(text);
        let module = if text.is_empty() {
            ModuleInstance::root()
        } else {
            reader.module()?
        };
        reader.end()?;
        Ok(module)
    }
}

impl FromStr for InstanceAddress {
    type Err = AddressError;

    /// Parses `module.a.data.type.name["key"]`.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let mut reader = Reader::new(text);
        let module = reader.module()?;
        if !module.is_root() {
            reader.expect('.', "a resource must follow the module")?;
        }
        let resource = reader.resource()?;
        let key = reader.key()?;
        reader.end()?;
        Ok(InstanceAddress {
            module,
            resource,
            key,
        })
    }
}

impl FromStr for ProviderConfigAddress {
    type Err = AddressError;

    /// Parses the form of state files: `module.a.provider["host/namespace/type"].alias`.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let mut reader = Reader::new(text);
        let module = reader.module()?;
        if !module.is_root() {
            reader.expect('.', "a provider must follow the module")?;
        }
        reader.word("provider")?;
        let InstanceKey::String(source) = reader.key()? else {
            return Err(reader.error("a provider's source stands in brackets and quotes"));
        };
        let alias = if reader.take('.') {
            Some(reader.identifier()?)
        } else {
            None
        };
        reader.end()?;
        Ok(ProviderConfigAddress {
            module: module.path(),
            provider: ProviderAddress::parse_source(&source)?,
            alias,
        })
    }
}

impl FromStr for Target {
    type Err = AddressError;

    /// Parses `module.a["k"]`, `module.a.type.name` or `type.name[0]`; `resource.` may stand before a type.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let mut reader = Reader::new(text);
        let module = reader.module()?;
        if !module.is_root() {
            if reader.rest.is_empty() {
                return Ok(Target::Module(module));
            }
            reader.expect('.', "a resource must follow the module")?;
        }
        let explicit = reader.rest.strip_prefix("resource.");
        reader.rest = explicit.unwrap_or(reader.rest);
        let resource = reader.resource()?;
        if explicit.is_none() && RESERVED.contains(&resource.resource_type.as_ref()) {
            return Err(reader.error("it begins with a reserved word, which names no resource"));
        }
        let key = reader.key()?;
        reader.end()?;
        Ok(match key {
            InstanceKey::None => Target::Block(module, resource),
            key @ (InstanceKey::Int(_) | InstanceKey::String(_)) => {
                Target::Instance(InstanceAddress {
                    module,
                    resource,
                    key,
                })
            }
        })
    }
}

/// What stands before a dot in expressions and is no type of a resource.
const RESERVED: [&str; 9] = [
    "count",
    "each",
    "local",
    "module",
    "output",
    "path",
    "self",
    "terraform",
    "var",
];

/// A cursor over the text of an address.
struct Reader<'a> {
    text: &'a str,
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Reader { text, rest: text }
    }

    fn error(&self, reason: &'static str) -> AddressError {
        AddressError::new(self.text, reason)
    }

    fn take(&mut self, character: char) -> bool {
        match self.rest.strip_prefix(character) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, character: char, reason: &'static str) -> Result<(), AddressError> {
        if self.take(character) {
            Ok(())
        } else {
            Err(self.error(reason))
        }
    }

    fn word(&mut self, word: &str) -> Result<(), AddressError> {
        self.rest = self
            .rest
            .strip_prefix(word)
            .ok_or_else(|| self.error("unexpected word"))?;
        Ok(())
    }

    fn end(&self) -> Result<(), AddressError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(self.error("something follows the address"))
        }
    }

    fn identifier(&mut self) -> Result<Name, AddressError> {
        let end = self
            .rest
            .find(['.', '[', ']', '"'])
            .unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        let starts_well = name
            .chars()
            .next()
            .is_some_and(|c| c.is_alphabetic() || c == '_');
        let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        if !starts_well || !name.chars().all(is_name) {
            return Err(self.error("a name is made of letters, digits, `_` and `-`"));
        }
        self.rest = rest;
        Ok(name.into())
    }

    fn module(&mut self) -> Result<ModuleInstance, AddressError> {
        let mut steps = Vec::new();
        loop {
            let before = self.rest;
            if !steps.is_empty() && !self.take('.') {
                break;
            }
            let Some(rest) = self.rest.strip_prefix("module.") else {
                self.rest = before;
                break;
            };
            self.rest = rest;
            steps.push((self.identifier()?, self.key()?));
        }
        Ok(ModuleInstance::from_steps(steps))
    }

    fn resource(&mut self) -> Result<ResourceName, AddressError> {
        let modes = [
            ("data.", ResourceMode::Data),
            ("ephemeral.", ResourceMode::Ephemeral),
        ];
        let found = modes
            .into_iter()
            .find_map(|(prefix, mode)| Some((self.rest.strip_prefix(prefix)?, mode)));
        let (rest, mode) = found.unwrap_or((self.rest, ResourceMode::Managed));
        self.rest = rest;
        let resource_type = self.identifier()?;
        self.expect('.', "a resource has a type and a name")?;
        let name = self.identifier()?;
        Ok(ResourceName {
            mode,
            resource_type,
            name,
        })
    }

    fn key(&mut self) -> Result<InstanceKey, AddressError> {
        if !self.take('[') {
            return Ok(InstanceKey::None);
        }
        let key = if self.take('"') {
            self.quoted()?
        } else {
            self.index()?
        };
        self.expect(']', "a key ends with `]`")?;
        Ok(key)
    }

    fn index(&mut self) -> Result<InstanceKey, AddressError> {
        let end = self.rest.find(']').unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        let index = digits
            .parse()
            .map_err(|_| self.error("a key is a number or a quoted text"))?;
        self.rest = rest;
        Ok(InstanceKey::Int(index))
    }

    fn quoted(&mut self) -> Result<InstanceKey, AddressError> {
        let mut key = String::new();
        let mut characters = self.rest.char_indices().peekable();
        while let Some((position, character)) = characters.next() {
            match character {
                '"' => {
                    self.rest = self.rest.get(position + 1..).unwrap_or_default();
                    return Ok(InstanceKey::string(key));
                }
                '\\' => match characters.next() {
                    Some((_, 'n')) => key.push('\n'),
                    Some((_, 'r')) => key.push('\r'),
                    Some((_, 't')) => key.push('\t'),
                    Some((_, escaped @ ('"' | '\\'))) => key.push(escaped),
                    _ => return Err(self.error("unknown escape in a key")),
                },
                '$' | '%' if characters.peek().map(|(_, next)| *next) == Some(character) => {
                    characters.next();
                    let braces = characters.peek().is_some_and(|(_, next)| *next == '{');
                    key.push(character);
                    if !braces {
                        key.push(character);
                    }
                }
                other => key.push(other),
            }
        }
        Err(self.error("a quoted key has no end"))
    }
}

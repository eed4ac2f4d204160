//! `configuration`: what the files say, before anything of it is evaluated.
//!
//! A noun is the module call that the linker made of it.

use super::expressions::{body, expression, full_name, known, repetition};
use super::providers::{config_key, provider_configs};
use crate::address::{ModulePath, Name, ResourceMode};
use crate::config::{
    Configuration, Dependency, LOCAL_EXEC, Module, ModuleCall, Output, Resource, Variable,
};
use crate::schema::{Schemas, local_exec};
use serde_json::{Map, Value as Json, json};

/// The configuration as the format has it.
pub(super) fn configuration(configuration: &Configuration, schemas: &dyn Schemas) -> Json {
    let writer = Writer {
        configuration,
        schemas,
    };
    let mut members = Map::new();
    let providers = provider_configs(configuration, schemas);
    if !providers.is_empty() {
        members.insert("provider_config".into(), Json::Object(providers));
    }
    members.insert("root_module".into(), writer.module(&ModulePath::root()));
    Json::Object(members)
}

struct Writer<'a> {
    configuration: &'a Configuration,
    schemas: &'a dyn Schemas,
}

impl Writer<'_> {
    fn module(&self, path: &ModulePath) -> Json {
        let mut members = Map::new();
        let Some(module) = self.configuration.module(path) else {
            return Json::Object(members);
        };
        let outputs = module.outputs.values();
        insert_named(
            &mut members,
            "outputs",
            outputs.map(|it| (&it.name, output(it))),
        );
        // Terraform leaves ephemeral blocks out.
        let resources: Vec<Json> = module
            .resources
            .values()
            .filter(|resource| resource.name.mode != ResourceMode::Ephemeral)
            .map(|resource| self.resource(path, resource))
            .collect();
        if !resources.is_empty() {
            members.insert("resources".into(), Json::Array(resources));
        }
        let calls = module.calls.values();
        insert_named(
            &mut members,
            "module_calls",
            calls.map(|call| (&call.name, self.call(path, call))),
        );
        let variables = module.variables.values();
        insert_named(
            &mut members,
            "variables",
            variables.map(|it| (&it.name, variable(it))),
        );
        Json::Object(members)
    }

    fn resource(&self, path: &ModulePath, resource: &Resource) -> Json {
        let name = &resource.name;
        let entry = self.schemas.find(name.mode, &name.resource_type);
        let mut members = Map::new();
        members.insert("address".into(), json!(name.to_string()));
        members.insert("mode".into(), json!(name.mode.name()));
        members.insert("type".into(), json!(name.resource_type.as_ref()));
        members.insert("name".into(), json!(name.name.as_ref()));
        let local = Module::implied_provider(&name.resource_type).into();
        let key = config_key(self.configuration, path, &local, resource.provider.as_ref());
        members.extend(key.map(|key| ("provider_config_key".to_owned(), json!(key))));
        let provisioners = resource
            .provisioning
            .provisioners
            .iter()
            .map(|provisioner| {
                let expressions = body(&provisioner.body, &local_exec());
                json!({ "type": LOCAL_EXEC, "expressions": expressions })
            });
        let provisioners: Vec<Json> = provisioners.collect();
        if !provisioners.is_empty() {
            members.insert("provisioners".into(), Json::Array(provisioners));
        }
        if let Some(entry) = entry {
            let expressions = body(&resource.body, &entry.schema.block);
            if !expressions.is_empty() {
                members.insert("expressions".into(), Json::Object(expressions));
            }
            members.insert("schema_version".into(), json!(entry.schema.version));
        }
        members.extend(repetition(&resource.repetition));
        members.extend(depends_on(&resource.depends_on));
        Json::Object(members)
    }

    fn call(&self, path: &ModulePath, call: &ModuleCall) -> Json {
        let child = path.child(call.name.clone());
        let mut members = Map::new();
        members.insert("source".into(), json!(call.source));
        let arguments: Map<String, Json> = call
            .arguments
            .iter()
            .map(|argument| (argument.name.to_string(), expression(&argument.value)))
            .collect();
        if !arguments.is_empty() {
            members.insert("expressions".into(), Json::Object(arguments));
        }
        members.extend(repetition(&call.repetition));
        members.insert("module".into(), self.module(&child));
        if let Some(version) = &call.version {
            members.insert("version_constraint".into(), json!(version));
        }
        members.extend(depends_on(&call.depends_on));
        Json::Object(members)
    }
}

/// Adds a member with an entry for each name, unless there is none.
fn insert_named<'a>(
    members: &mut Map<String, Json>,
    member: &str,
    entries: impl Iterator<Item = (&'a Name, Json)>,
) {
    let entries: Map<String, Json> = entries
        .map(|(name, entry)| (name.to_string(), entry))
        .collect();
    if !entries.is_empty() {
        members.insert(member.to_owned(), Json::Object(entries));
    }
}

fn output(output: &Output) -> Json {
    let mut members = Map::new();
    if output.sensitive {
        members.insert("sensitive".into(), json!(true));
    }
    members.insert("expression".into(), expression(&output.value));
    members.extend(depends_on(&output.depends_on));
    members.extend(description(&output.description));
    Json::Object(members)
}

fn variable(variable: &Variable) -> Json {
    let mut members = Map::new();
    let default = variable.default.as_ref().and_then(known);
    members.extend(default.map(|default| ("default".to_owned(), default)));
    members.extend(description(&variable.description));
    if variable.sensitive {
        members.insert("sensitive".into(), json!(true));
    }
    Json::Object(members)
}

fn description(text: &str) -> Option<(String, Json)> {
    (!text.is_empty()).then(|| ("description".to_owned(), json!(text)))
}

fn depends_on(dependencies: &[Dependency]) -> Option<(String, Json)> {
    let names: Vec<String> = dependencies
        .iter()
        .map(|dependency| full_name(&dependency.reference, &dependency.steps))
        .collect();
    (!names.is_empty()).then(|| ("depends_on".to_owned(), json!(names)))
}

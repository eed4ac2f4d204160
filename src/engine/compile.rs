//! From a loaded configuration to a program that can be planned.

use super::planning::read_files;
use super::project::{Failure, Project};
use crate::address::{ModuleInstance, Name, ResourceName};
use crate::config::{Configuration, check, unsupported};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::eval::{Program, Surroundings};
use crate::link::{PriorFacts, RecordedObject, link};
use crate::plan::{Answers, Needs, validity};
use crate::schema::Schemas;
use crate::value::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use trustform_state::snapshot::{ResourceMode as StateMode, Snapshot};

/// Links and checks a configuration and builds its graph. All that is wrong with it is told together.
///
/// `recorded` is the state, from which the linker learns what was only read until now and how clusters were reached.
pub fn compile(
    project: &Project,
    configuration: Configuration,
    inputs: BTreeMap<Name, Value>,
    schemas: Arc<dyn Schemas>,
    plan_timestamp: Option<Arc<str>>,
    recorded: Option<&Snapshot>,
) -> Result<(Program, Diagnostics), Failure> {
    let request = CompileRequest {
        configuration,
        inputs,
        schemas,
        plan_timestamp,
        unfinished: false,
    };
    compile_for(project, request, recorded)
}

/// What a program is made from.
pub struct CompileRequest {
    /// The configuration as it was loaded.
    pub configuration: Configuration,
    /// The values of the root module's variables.
    pub inputs: BTreeMap<Name, Value>,
    /// The types.
    pub schemas: Arc<dyn Schemas>,
    /// The instant of the plan.
    pub plan_timestamp: Option<Arc<str>>,
    /// Whether blocks may lack arguments, since nothing of them is planned.
    pub unfinished: bool,
}

/// Does what [`compile`] does, also where blocks are not finished yet.
pub fn compile_for(
    project: &Project,
    request: CompileRequest,
    recorded: Option<&Snapshot>,
) -> Result<(Program, Diagnostics), Failure> {
    let CompileRequest {
        configuration,
        inputs,
        schemas,
        plan_timestamp,
        unfinished,
    } = request;
    let sources = configuration.sources.clone();
    let (configuration, mut diagnostics) = link(configuration, &prior_facts(recorded));
    // Checking goes on where the linker could, so that all mistakes are told together.
    let lacking = |problem: &Diagnostic| problem.code == Code::MissingArgument && unfinished;
    let problems = check(&configuration, schemas.as_ref()).into_iter();
    diagnostics.extend(problems.filter(|problem| !lacking(problem)));
    let graph = if diagnostics.has_errors() {
        None
    } else {
        crate::graph::build(&configuration).ok()
    };
    let Some(graph) = graph else {
        let problems = judged(project, configuration, schemas, diagnostics);
        return Err(Failure::new(problems, &sources));
    };
    Ok((
        Program {
            configuration,
            graph,
            schemas,
            inputs,
            surroundings: surroundings(project, plan_timestamp),
        },
        diagnostics,
    ))
}

fn surroundings(project: &Project, plan_timestamp: Option<Arc<str>>) -> Surroundings {
    Surroundings {
        workspace: project.workspace.clone(),
        root: project.directory.to_string_lossy().replace('\\', "/"),
        working_directory: std::path::absolute(&project.directory)
            .unwrap_or_else(|_| project.directory.clone())
            .to_string_lossy()
            .into_owned(),
        plan_timestamp,
        home: project.home.clone(),
    }
}

/// Links and checks a configuration and adds to what was told of it all that is wrong with it whatever its variables are
/// worth. Files that it names are read.
pub fn validate(
    project: &Project,
    configuration: Configuration,
    schemas: Arc<dyn Schemas>,
    told: Diagnostics,
) -> Failure {
    let (configuration, more) = link(configuration, &PriorFacts::default());
    let mut diagnostics = told;
    diagnostics.extend(more);
    diagnostics.extend(check(&configuration, schemas.as_ref()));
    let sources = configuration.sources.clone();
    Failure {
        diagnostics: judged(project, configuration, schemas, diagnostics),
        sources,
    }
}

/// Adds to what the check of a configuration told all that is wrong with it beyond that: types that are not there, cycles,
/// and mistakes whatever its variables are worth.
fn judged(
    project: &Project,
    configuration: Configuration,
    schemas: Arc<dyn Schemas>,
    told: Diagnostics,
) -> Diagnostics {
    let mut diagnostics = told;
    let has_errors = diagnostics.has_errors();
    diagnostics.extend(unsupported(&configuration, schemas.as_ref()));
    match crate::graph::build(&configuration) {
        Ok(graph) => {
            let program = Program {
                configuration,
                graph,
                schemas,
                inputs: BTreeMap::new(),
                surroundings: surroundings(project, None),
            };
            let more = mistakes(&program, &diagnostics);
            diagnostics.extend(more);
        }
        Err(cycles) if !has_errors => diagnostics.extend(cycles),
        Err(_) => {}
    }
    diagnostics
}

/// What is wrong with a program whatever its variables are worth, beyond what was told.
pub(super) fn mistakes(program: &Program, told: &Diagnostics) -> Diagnostics {
    let mut answers = Answers::default();
    loop {
        let found = validity(program, &answers.files, told);
        if found.files.is_empty() {
            return found.problems;
        }
        let needs = Needs {
            files: found.files,
            ..Needs::default()
        };
        read_files(&needs, &mut answers);
    }
}

/// What the linker has to know of a state.
pub(super) fn prior_facts(recorded: Option<&Snapshot>) -> PriorFacts {
    let mut facts = PriorFacts::default();
    for resource in recorded.iter().flat_map(|snapshot| &snapshot.resources) {
        let module = resource
            .key
            .module
            .as_deref()
            .unwrap_or_default()
            .parse::<ModuleInstance>();
        let Ok(module) = module else { continue };
        let name = match resource.key.mode {
            StateMode::Managed => {
                ResourceName::managed(resource.key.ty.as_str(), resource.key.name.as_str())
            }
            StateMode::Data => {
                ResourceName::data(resource.key.ty.as_str(), resource.key.name.as_str())
            }
        };
        for instance in &resource.instances {
            facts.record(RecordedObject {
                module: &module,
                resource: &name,
                provider: &resource.provider,
                attributes: &|| instance.attributes.json(),
            });
        }
    }
    facts
}

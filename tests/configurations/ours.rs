//! What we do with a case, inside this process: starting the program for each command would take most of the time.

use super::answer::{Applied, Problem, Raw};
use super::case::{Case, Step};
use super::order;
use super::world::connections;
use serde_json::Value as Json;
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use trustform::apply::Event;
use trustform::diagnostic::{Diagnostics, Severity};
use trustform::engine::{
    ApplyRequest, Failure, Given, LockRequest, PlanRequest, Planned, Project, Reach, Session,
    Starting, TERRAFORM_VERSION, apply, compile, gather, open, plan, starting,
};
use trustform::eval::Program;
use trustform::plan::{Mode, Options};
use trustform::provider::CallCounts;
use trustform::provider::aws::Transport;
use trustform::provider::registry::Registry;
use trustform::refresh::Connections;
use trustform::review::Review;
use trustform::review::json::{self, Surroundings};
use trustform::source::SourceMap;

/// The instant of all plans.
const NOW: &str = "2024-02-29T12:00:00Z";

/// What comes of each step.
pub(super) fn run(case: &Case) -> std::io::Result<Vec<Raw>> {
    let folder = tempfile::tempdir()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut raws = Vec::new();
    for step in &case.steps {
        step.write(folder.path())?;
        raws.push(runtime.block_on(taken(folder.path(), step)));
    }
    Ok(raws)
}

async fn taken(folder: &Path, step: &Step) -> Raw {
    let mut raw = Raw::default();
    if let Err(failure) = planned_and_applied(folder, step, &mut raw).await {
        let told = problems(folder, &failure.diagnostics, &failure.sources);
        match &mut raw.applied {
            Some(applied) => applied.problems.extend(told),
            None => raw.problems.extend(told),
        }
    }
    let state = std::fs::read_to_string(folder.join("terraform.tfstate")).unwrap_or_default();
    raw.state = serde_json::from_str(&state).unwrap_or_default();
    if raw.plan.is_some() {
        raw.shown = shown(folder).await;
    }
    raw
}

async fn planned_and_applied(folder: &Path, step: &Step, raw: &mut Raw) -> Result<(), Failure> {
    let mut work = Work::plan(folder, step, &step.arguments.iter().collect::<Vec<_>>()).await?;
    let sources = work.program.configuration.sources.clone();
    raw.problems = problems(folder, &work.diagnostics, &sources);
    raw.plan = Some(work.as_json());
    raw.applied = Some(Applied {
        problems: Vec::new(),
        operations: Vec::new(),
        again: 0,
    });
    let began = RefCell::new(Vec::new());
    let result = work.apply(folder, &began).await;
    let began = began.into_inner();
    raw.order = order::of_plan(&work.planned.plan, &began);
    work.session.close().await;
    let told = match &result {
        Ok(diagnostics) | Err(diagnostics) => problems(folder, diagnostics, &sources),
    };
    let again = step.arguments_again().collect::<Vec<_>>();
    let again = match Work::plan(folder, step, &again).await {
        Ok(work) => {
            work.session.close().await;
            i32::from(work.planned.plan.has_changes()) * 2
        }
        Err(_) => 1,
    };
    raw.applied = Some(Applied {
        problems: told,
        operations: began,
        again,
    });
    Ok(())
}

/// A plan under the lock of its state.
struct Work {
    program: Program,
    session: Session,
    start: Starting,
    planned: Planned,
    connections: Connections,
    diagnostics: Diagnostics,
}

impl Work {
    async fn plan(folder: &Path, step: &Step, arguments: &[&String]) -> Result<Work, Failure> {
        let project = Project::new(folder);
        let (mut configuration, mut diagnostics) = project.load_thoroughly(&Registry)?;
        let asked = Asked::read(folder, arguments);
        let mut nobody = |_: &_| None;
        let gathered = gather(
            &project,
            &mut configuration,
            &step.environment,
            &asked.given,
            trustform::engine::Unset::Asked(&mut nobody),
        )?;
        diagnostics.extend(gathered.diagnostics);
        let session = session(&project, &configuration).await?;
        let sources = configuration.sources.clone();
        let fail = |diagnostics| Failure::new(diagnostics, &sources);
        let (program, more) = compile(
            &project,
            configuration,
            gathered.values,
            Arc::new(Registry),
            Some(NOW.into()),
            Some(&session.snapshot()),
        )?;
        diagnostics.extend(more);
        let start = starting(session.snapshot(), &program).map_err(fail)?;
        let connections = connections(folder);
        let request = PlanRequest {
            program: &program,
            prior: &start.prior,
            connections: &connections,
            options: &asked.options,
            parallelism: 1,
            events: &|_| (),
        };
        let planned = plan(request).await.map_err(fail)?;
        diagnostics.extend(start.diagnostics.clone());
        diagnostics.extend(planned.diagnostics.clone());
        Ok(Work {
            program,
            session,
            start,
            planned,
            connections,
            diagnostics,
        })
    }

    fn as_json(&self) -> Json {
        let review = Review {
            plan: &self.planned.plan,
            schemas: &Registry,
            snapshot: &self.start.snapshot,
            calls: &std::collections::BTreeMap::new(),
        };
        let surroundings = Surroundings {
            terraform_version: TERRAFORM_VERSION,
            configuration: &self.program.configuration,
            variables: &self.program.inputs,
            timestamp: NOW,
        };
        json::plan(review, surroundings)
    }

    /// Applies; what was wrong with that, if anything was.
    async fn apply(
        &mut self,
        folder: &Path,
        began: &RefCell<Vec<String>>,
    ) -> Result<Diagnostics, Diagnostics> {
        let stop = watch::Sender::new(false);
        let request = ApplyRequest {
            program: &self.program,
            prior: &self.start.prior,
            snapshot: &self.start.snapshot,
            planned: &self.planned,
            timestamp: NOW.into(),
            connections: &self.connections,
            parallelism: 1,
            stop: stop.subscribe(),
            events: &|event| {
                if let Event::Started { address, kind, .. } = event {
                    let name = order::name_of(kind, &address.to_string());
                    began.borrow_mut().extend(name);
                }
            },
            rescue: folder,
        };
        let summary = apply(&mut self.session, request).await?;
        Ok(summary.diagnostics)
    }
}

/// What the arguments of a plan ask for.
struct Asked {
    options: Options,
    given: Vec<Given>,
}

impl Asked {
    fn read(folder: &Path, arguments: &[&String]) -> Asked {
        let mut asked = Asked {
            options: Options::default(),
            given: Vec::new(),
        };
        let options = &mut asked.options;
        for argument in arguments {
            let (name, value) = argument.split_once('=').unwrap_or((argument, ""));
            match name {
                "-var" => asked.given.push(Given::Variable(value.to_owned())),
                "-var-file" => asked.given.push(Given::File(folder.join(value))),
                "-target" => options.targets.push(value.parse().expect("an address")),
                "-replace" => {
                    options.replace.insert(value.parse().expect("an instance"));
                }
                "-destroy" => options.mode = Mode::Destroy,
                "-refresh-only" => options.mode = Mode::RefreshOnly,
                "-refresh" => options.skip_refresh = value == "false",
                _ => panic!("no argument of the generator: {argument}"),
            }
        }
        asked
    }
}

async fn session(
    project: &Project,
    configuration: &trustform::config::Configuration,
) -> Result<Session, Failure> {
    let backend = open(project, configuration, &reach()).await?;
    let request = LockRequest {
        lock: false,
        timeout: Duration::ZERO,
        stop: tokio::sync::watch::channel(false).1,
        operation: "OperationTypeApply",
    };
    let session = Session::open(backend, request).await;
    session.map_err(|diagnostics| Failure::new(diagnostics, &configuration.sources))
}

/// How states are reached: they are all here.
pub(super) fn reach() -> Reach {
    Reach {
        transport: Transport::Network,
        environment: std::collections::BTreeMap::new(),
        calls: CallCounts::default(),
    }
}

/// The state of a folder as `show -json` prints it.
async fn shown(folder: &Path) -> Json {
    let project = Project::new(folder);
    let configuration = trustform::config::Configuration::default();
    let Ok(session) = session(&project, &configuration).await else {
        return Json::Null;
    };
    let snapshot = session.snapshot();
    session.close().await;
    json::state(&snapshot, &Registry, TERRAFORM_VERSION)
}

fn problems(folder: &Path, diagnostics: &Diagnostics, sources: &SourceMap) -> Vec<Problem> {
    let told = diagnostics.iter().map(|diagnostic| {
        let place = diagnostic.primary.as_ref().and_then(|label| {
            let file = sources.file(label.span.file)?;
            let position = |offset| {
                let position = file.position(offset);
                let number = |number: usize| u64::try_from(number).unwrap_or_default();
                (number(position.line), number(position.column))
            };
            let range = label.span.range();
            let end = end_of_block(file.text(), range.end);
            let path = file.path().strip_prefix(folder);
            let path: PathBuf = path.unwrap_or_else(|_| file.path()).into();
            let path = path.display().to_string();
            Some((path, position(range.start), position(end)))
        });
        Problem {
            is_error: diagnostic.severity == Severity::Error,
            summary: diagnostic.summary.replace("Trustform", "Terraform"),
            place,
        }
    });
    told.collect()
}

/// Where a block in JSON ends of which the name ends here, or else here. Terraform tells of a whole block in JSON at its
/// closing brace.
fn end_of_block(text: &str, name_end: usize) -> usize {
    let body = text
        .get(name_end..)
        .and_then(|rest| rest.strip_prefix(": "));
    let Some(body) = body.filter(|body| body.starts_with('{')) else {
        return name_end;
    };
    let mut values = serde_json::Deserializer::from_str(body).into_iter::<serde::de::IgnoredAny>();
    values.next();
    name_end + ": ".len() + values.byte_offset()
}

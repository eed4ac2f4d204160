//! The program at a terminal: questions, answers that are not shown, interrupts, and colours.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::common::project::Project;

/// The program.
const PROGRAM: &str = env!("CARGO_BIN_EXE_trustform");
/// How long an answer may take before the trial gives up: far longer than it ever does.
const PATIENCE: Duration = Duration::from_mins(2);
/// What Ctrl-C and Ctrl-D send.
const INTERRUPT: &str = "\u{3}";
const END: &str = "\u{4}";

const RESOURCE: &str = "resource \"terraform_data\" \"a\" {\n  input = \"x\"\n}\n";
const QUESTIONS: &str = r#"
variable "who" {
  description = "Whose it is."
}

variable "secret" {
  sensitive = true
}

output "who" {
  value = "it is ${var.who}'s"
}

output "length" {
  value = nonsensitive(length(var.secret))
}
"#;

pub fn trials() -> Vec<Trial> {
    let tests: [(&str, fn()); 12] = [
        ("variables_are_asked_for", variables_are_asked_for),
        ("variables_are_asked_for_once", asked_once),
        ("nobody_is_asked_when_input_is_off", nobody_is_asked),
        ("an_interrupt_at_a_question", interrupt_at_a_question),
        ("an_interrupt_at_a_secret", interrupt_at_a_secret),
        ("a_plan_is_approved", approved),
        ("a_plan_is_not_approved", not_approved),
        ("the_end_of_input_does_not_approve", end_of_input),
        ("an_interrupt_does_not_approve", interrupt_at_approval),
        ("an_interrupt_while_planning", interrupt_while_planning),
        ("an_interrupt_while_importing", interrupt_while_importing),
        ("colours", colours),
    ];
    let trial = |(name, test): (&str, fn())| {
        Trial::test(format!("terminal::{name}"), move || {
            test();
            Ok(())
        })
    };
    tests.into_iter().map(trial).collect()
}

/// A terminal of 120 columns in which one command runs.
struct Terminal {
    /// Held open: the terminal is gone with it.
    _master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    screen: Receiver<Vec<u8>>,
    /// All that was shown so far.
    shown: String,
    /// How much of it `until` has gone past.
    seen: usize,
    child: Box<dyn Child + Send + Sync>,
}

impl Terminal {
    /// Runs the program in a project.
    fn running(project: &Project, arguments: &[&str]) -> Self {
        let mut command = CommandBuilder::new(PROGRAM);
        command.args(arguments);
        Self::of(command, project, &[])
    }

    /// Runs a command in a project, with these variables of the environment.
    fn of(mut command: CommandBuilder, project: &Project, environment: &[(&str, &str)]) -> Self {
        let size = PtySize {
            rows: 50,
            cols: 120,
            ..PtySize::default()
        };
        let pair = native_pty_system().openpty(size).expect("a terminal");
        command.cwd(project.path());
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", project.path());
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).expect("the program runs");
        let mut reader = pair.master.try_clone_reader().expect("a screen");
        let (sender, screen) = channel();
        std::thread::spawn(move || {
            let mut part = [0; 4_096];
            // Where nobody holds the other side any more, reading fails instead of ending.
            while let Ok(length @ 1..) = reader.read(&mut part) {
                if sender.send(part[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self {
            keyboard: pair.master.take_writer().expect("a keyboard"),
            _master: pair.master,
            screen,
            shown: String::new(),
            seen: 0,
            child,
        }
    }

    /// Waits until a text is shown after those waited for before.
    fn until(&mut self, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = self.shown[self.seen..].find(text) {
                self.seen += found + text.len();
                return;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match self.screen.recv_timeout(left) {
                Ok(part) => self.shown.push_str(&String::from_utf8_lossy(&part)),
                Err(why) => panic!("`{text}` was not shown ({why}):\n{}", self.shown),
            }
        }
    }

    /// Types keys.
    fn types(&mut self, keys: &str) {
        self.keyboard
            .write_all(keys.as_bytes())
            .expect("a terminal that listens");
        self.keyboard.flush().expect("a terminal that listens");
    }

    /// The exit code and all that was shown, once the command has ended.
    fn ended(mut self) -> (u32, String) {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            match self.child.try_wait().expect("a child") {
                Some(status) => break status,
                None if Instant::now() < deadline => {
                    while let Ok(part) = self.screen.recv_timeout(Duration::from_millis(20)) {
                        self.shown.push_str(&String::from_utf8_lossy(&part));
                    }
                }
                None => {
                    self.child.kill().expect("a child to end");
                    panic!("it does not end:\n{}", self.shown);
                }
            }
        };
        while let Ok(part) = self.screen.recv_timeout(Duration::from_millis(200)) {
            self.shown.push_str(&String::from_utf8_lossy(&part));
        }
        (status.exit_code(), self.shown)
    }
}

fn variables_are_asked_for() {
    let project = Project::of(QUESTIONS);
    let mut terminal = Terminal::running(&project, &["plan"]);
    // Typed as early as a person can know what is asked for.
    terminal.until("var.secret");
    terminal.types("hush-hush\r");
    terminal.until("Enter a value: ");
    terminal.until("var.who");
    terminal.until("Whose it is.");
    terminal.until("Enter a value: ");
    terminal.types("the team\r");
    let (code, shown) = terminal.ended();
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("\"it is the team's\""), "{shown}");
    assert!(
        !shown.contains("hush"),
        "what is typed for a secret is shown:\n{shown}"
    );
    assert!(shown.contains("= 9"), "{shown}");
}

/// Looking up what is imported asks for nothing that the plan then asks for again.
fn asked_once() {
    let project =
        Project::of("variable \"id\" {}\nimport {\n  to = terraform_data.a\n  id = var.id\n}\n");
    let mut terminal = Terminal::running(&project, &["plan", "-generate-config-out=made.tf"]);
    terminal.until("Enter a value: ");
    terminal.types("x\r");
    let (code, shown) = terminal.ended();
    assert_eq!(code, 0, "{shown}");
    assert_eq!(shown.matches("Enter a value: ").count(), 1, "{shown}");
    assert!(shown.contains("1 to import, 0 to add"), "{shown}");
}

fn nobody_is_asked() {
    let project = Project::of(QUESTIONS);
    let (code, shown) = Terminal::running(&project, &["plan", "-input=false"]).ended();
    assert_eq!(code, 1, "{shown}");
    assert!(!shown.contains("Enter a value"), "{shown}");
    assert!(shown.contains("No value for required variable"), "{shown}");
}

fn interrupt_at_a_question() {
    let project = Project::of("variable \"who\" {}\n");
    let mut terminal = Terminal::running(&project, &["plan"]);
    terminal.until("Enter a value: ");
    terminal.types(INTERRUPT);
    let (code, shown) = terminal.ended();
    assert_ne!(code, 0, "{shown}");
    assert!(!shown.contains("No changes"), "{shown}");
}

/// The shell that started the program finds the terminal as it was.
fn interrupt_at_a_secret() {
    let project = Project::of("variable \"secret\" {\n  sensitive = true\n}\n");
    let mut shell = CommandBuilder::new("sh");
    let script = format!("trap : INT; {PROGRAM} plan; echo code=$?; stty -a");
    shell.args(["-c", &script]);
    let mut terminal = Terminal::of(shell, &project, &[]);
    terminal.until("Enter a value: ");
    terminal.types("hush");
    terminal.types(INTERRUPT);
    terminal.until("code=130");
    let (_, shown) = terminal.ended();
    assert!(shown.contains("isig") && shown.contains("echo"), "{shown}");
    assert!(
        !shown.contains("-isig"),
        "the terminal stays deaf:
{shown}"
    );
    assert!(
        !shown.contains("-echo "),
        "the terminal stays mute:
{shown}"
    );
    assert!(!shown.contains("hush"), "{shown}");
}

fn approved() {
    let project = Project::of(RESOURCE);
    let mut terminal = Terminal::running(&project, &["apply"]);
    terminal.until("Enter a value: ");
    terminal.types("yes\r");
    let (code, shown) = terminal.ended();
    assert_eq!(code, 0, "{shown}");
    assert!(
        shown.contains("Apply complete! Resources: 1 added"),
        "{shown}"
    );
    assert_eq!(project.state()["resources"][0]["name"], "a");
}

fn not_approved() {
    let project = Project::of(RESOURCE);
    for answer in ["no", "y", "YES", ""] {
        let mut terminal = Terminal::running(&project, &["apply"]);
        terminal.until("Enter a value: ");
        terminal.types(&format!("{answer}\r"));
        let (code, shown) = terminal.ended();
        assert_eq!(code, 1, "{shown}");
        assert!(shown.contains("Nothing was changed."), "{answer}: {shown}");
        assert!(project.state().is_null(), "{answer}: {shown}");
    }
}

fn end_of_input() {
    let project = Project::of(RESOURCE);
    let mut terminal = Terminal::running(&project, &["apply"]);
    terminal.until("Enter a value: ");
    terminal.types(END);
    let (code, shown) = terminal.ended();
    assert_eq!(code, 1, "{shown}");
    assert!(project.state().is_null(), "{shown}");
}

fn interrupt_at_approval() {
    let project = Project::of(RESOURCE);
    let mut terminal = Terminal::running(&project, &["apply"]);
    terminal.until("Enter a value: ");
    terminal.types(INTERRUPT);
    let (code, shown) = terminal.ended();
    assert_eq!(code, 130, "{shown}");
    assert!(
        shown.contains("interrupted before it changed anything"),
        "{shown}"
    );
    assert!(project.state().is_null(), "{shown}");
    assert!(
        !project.file(".terraform.tfstate.lock.info").exists(),
        "a lock is left"
    );
}

/// A service that never answers keeps a command waiting; giving it up releases the lock.
fn interrupt_while_planning() {
    gives_up("data \"aws_caller_identity\" \"me\" {}\n", &["plan"]);
}

fn interrupt_while_importing() {
    let role = "resource \"aws_iam_role\" \"app\" {\n  assume_role_policy = \"{}\"\n}\n";
    gives_up(role, &["import", "aws_iam_role.app", "app"]);
}

fn gives_up(configuration: &str, arguments: &[&str]) {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = silent.local_addr().expect("its address");
    let project = Project::of(configuration);
    let mut command = CommandBuilder::new(PROGRAM);
    command.args(arguments);
    let endpoint = format!("http://{address}");
    let environment = [
        ("AWS_ENDPOINT_URL", endpoint.as_str()),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "nobody-checks-it"),
    ];
    let mut terminal = Terminal::of(command, &project, &environment);
    let _asked = silent.accept().expect("a question to the service");
    let lock = project.file(".terraform.tfstate.lock.info");
    assert!(lock.exists(), "the command goes on without a lock");
    terminal.types(INTERRUPT);
    let (code, shown) = terminal.ended();
    assert_eq!(code, 130, "{shown}");
    assert!(
        shown.contains("interrupted before it changed anything"),
        "{shown}"
    );
    assert!(!lock.exists(), "a lock is left:\n{shown}");
}

/// A terminal is coloured, unless its owner wants it plain.
fn colours() {
    let project = Project::of(RESOURCE);
    let shown = |arguments: &[&str], environment: &[(&str, &str)]| {
        let mut command = CommandBuilder::new(PROGRAM);
        command.args(arguments);
        let (code, shown) = Terminal::of(command, &project, environment).ended();
        assert_eq!(code, 0, "{shown}");
        shown
    };
    assert!(shown(&["plan"], &[]).contains("\u{1b}[32m"));
    for plain in [
        shown(&["plan", "-no-color"], &[]),
        shown(&["plan"], &[("NO_COLOR", "1")]),
        shown(&["plan"], &[("TERM", "dumb")]),
    ] {
        assert!(
            !plain.contains("\u{1b}[3") && !plain.contains("\u{1b}[1m"),
            "{plain:?}"
        );
    }
}

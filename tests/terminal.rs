//! The program at a terminal: questions, answers that are not shown, interrupts, and colours.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::common::project::Project;
use crate::common::with_program;

/// The program.
const PROGRAM: &str = env!("CARGO_BIN_EXE_trustform");
/// How long an answer may take before the trial gives up: far longer than it ever does.
const PATIENCE: Duration = Duration::from_mins(2);
/// The note about who holds the lock of a local state.
const LOCK: &str = ".terraform.tfstate.lock.info";
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
    let tests: [(&str, fn()); 16] = [
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
        (
            "an_interrupt_while_a_plan_is_printed",
            interrupt_while_printing,
        ),
        ("termination_while_planning", termination_while_planning),
        ("termination_while_applying", termination_while_applying),
        ("the_end_of_the_terminal_under_nohup", end_under_nohup),
        ("colours", colours),
    ];
    let trial = |(name, test): (&str, fn())| {
        Trial::test(format!("terminal::{name}"), move || {
            test();
            Ok(())
        })
    };
    let mut trials: Vec<Trial> = tests.into_iter().map(trial).collect();
    // Elsewhere nobody tells which signals a process catches or ignores.
    if cfg!(target_os = "linux") {
        let waiting: (_, fn()) = (
            "an_interrupt_while_waiting_for_a_lock",
            interrupt_while_waiting,
        );
        trials.push(trial(waiting));
        let ends: [(&str, fn()); 2] = [
            ("the_end_of_the_terminal", end_of_the_terminal),
            ("the_end_of_the_terminal_while_applying", end_while_applying),
        ];
        let ends =
            ends.map(|(name, test)| with_program(&format!("terminal::{name}"), "python3", test));
        trials.extend(ends);
    }
    trials
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
    child: Box<dyn portable_pty::Child + Send + Sync>,
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

    /// The exit code and all that was shown, once the command has ended: then nobody writes to the terminal any more.
    fn ended(mut self) -> (u32, String) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.screen.recv_timeout(left) {
                Ok(part) => self.shown.push_str(&String::from_utf8_lossy(&part)),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    self.child.kill().expect("a child to end");
                    panic!("it does not end:\n{}", self.shown);
                }
            }
        }
        let status = self.child.wait().expect("a child");
        (status.exit_code(), self.shown)
    }

    /// Waits until the program catches interrupts, which is the second signal (proc(5)).
    fn until_it_listens(&self) {
        let process = self.child.process_id().expect("a process");
        let deadline = Instant::now() + PATIENCE;
        loop {
            let status = std::fs::read_to_string(format!("/proc/{process}/status"));
            let status = status.expect("a process at work");
            let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
            let caught = u64::from_str_radix(caught.expect("a mask").trim(), 16);
            if caught.expect("a number") & 2 != 0 {
                return;
            }
            assert!(Instant::now() < deadline, "it hears of no interrupt");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Sends the program a signal.
    fn signal(&self, name: &str) {
        let process = self.child.process_id().expect("a process").to_string();
        let sent = Command::new("kill").args(["-s", name, &process]).status();
        assert!(sent.expect("kill").success(), "{name} to {process}");
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
    assert!(!project.file(LOCK).exists(), "a lock is left");
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
    let project = Project::of(configuration);
    let (mut terminal, _asked) = waiting_for_a_service(&project, arguments);
    terminal.types(INTERRUPT);
    is_given_up(&project, terminal.ended());
}

fn is_given_up(project: &Project, (code, shown): (u32, String)) {
    assert_eq!(code, 130, "{shown}");
    assert!(
        shown.contains("interrupted before it changed anything"),
        "{shown}"
    );
    assert!(!project.file(LOCK).exists(), "a lock is left:\n{shown}");
}

/// A service that takes connections and answers nothing.
struct Silent {
    listener: TcpListener,
    endpoint: String,
}

impl Silent {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        Self {
            listener,
            endpoint: format!("http://{address}"),
        }
    }

    /// The variables of the environment that lead to it.
    fn environment(&self) -> [(&str, &str); 4] {
        [
            ("AWS_ENDPOINT_URL", &self.endpoint),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "nobody-checks-it"),
        ]
    }

    /// Waits until a command asks something, which it does under the lock of its state; the connection has to be held.
    fn asked(self, project: &Project) -> TcpStream {
        let (sender, asked) = channel();
        std::thread::spawn(move || sender.send(self.listener.accept()));
        let asked = asked.recv_timeout(PATIENCE).expect("in time");
        let (asked, _) = asked.expect("a question to the service");
        let lock = project.file(LOCK);
        assert!(lock.exists(), "the command goes on without a lock");
        asked
    }
}

fn waiting_for_a_service(project: &Project, arguments: &[&str]) -> (Terminal, TcpStream) {
    let silent = Silent::new();
    let mut command = CommandBuilder::new(PROGRAM);
    command.args(arguments);
    let terminal = Terminal::of(command, project, &silent.environment());
    (terminal, silent.asked(project))
}

/// More than a pipe takes at once keeps the program printing while it is interrupted; it asks nothing afterwards.
fn interrupt_while_printing() {
    let project = Project::of(&format!(
        "resource \"terraform_data\" \"a\" {{\n  input = \"{}\"\n}}\n",
        "x".repeat(300_000)
    ));
    let pipe = project.file("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo").success());
    let mut shell = CommandBuilder::new("sh");
    let script = format!("trap : INT; {PROGRAM} apply >pipe; echo code=$?");
    shell.args(["-c", &script]);
    let mut terminal = Terminal::of(shell, &project, &[]);
    let mut printed = std::fs::File::open(&pipe).expect("a pipe");
    printed.read_exact(&mut [0]).expect("a plan");
    terminal.types(INTERRUPT);
    terminal.until("Interrupt received");
    let mut rest = String::new();
    printed.read_to_string(&mut rest).expect("the rest");
    assert!(rest.contains("1 to add"), "the plan is printed to its end");
    terminal.until("code=130");
    let (_, shown) = terminal.ended();
    assert!(!shown.contains("Enter a value"), "{shown}");
    assert!(project.state().is_null(), "{shown}");
    assert!(!project.file(LOCK).exists(), "a lock is left:\n{shown}");
}

fn interrupt_while_waiting() {
    let project = Project::of("data \"aws_caller_identity\" \"me\" {}\n");
    let (mut holder, _asked) = waiting_for_a_service(&project, &["plan"]);
    let held = project.read(LOCK);
    let mut waiting = Terminal::running(&project, &["plan", "-lock-timeout=1h"]);
    waiting.until_it_listens();
    waiting.types(INTERRUPT);
    let (code, shown) = waiting.ended();
    assert_eq!(code, 130, "{shown}");
    assert!(shown.contains("interrupted before it"), "{shown}");
    assert_eq!(project.read(LOCK), held, "the lock is the holder's");
    holder.types(INTERRUPT);
    is_given_up(&project, holder.ended());
}

fn termination_while_planning() {
    let project = Project::of("data \"aws_caller_identity\" \"me\" {}\n");
    let (terminal, _asked) = waiting_for_a_service(&project, &["plan"]);
    terminal.signal("TERM");
    is_given_up(&project, terminal.ended());
}

/// What the command of a provisioner made stands in the state, and the lock is released.
fn termination_while_applying() {
    let project = Project::of(LONG);
    let mut terminal = Terminal::running(&project, &["apply", "-auto-approve"]);
    terminal.until("it has begun");
    terminal.signal("TERM");
    let (code, shown) = terminal.ended();
    assert_eq!(code, 130, "{shown}");
    assert!(shown.contains("Interrupt received"), "{shown}");
    is_kept(&project);
}

/// A command that goes on for longer than anybody waits, says nothing more, and stays where its terminal goes.
const LONG: &str = r#"
resource "terraform_data" "a" {
  provisioner "local-exec" {
    command = "trap '' HUP; echo it has begun; exec sleep 1000 >/dev/null 2>&1"
  }
}
"#;

fn is_kept(project: &Project) {
    let state = project.state();
    assert_eq!(state["resources"][0]["instances"][0]["status"], "tainted");
    assert!(!project.file(LOCK).exists(), "a lock is left");
    let journal = project.file(".terraform.tfstate.journal");
    assert!(!journal.exists(), "a journal is left");
}

/// A terminal with the program of its arguments, shown until a line comes and its second argument was shown, and then gone.
const CLOSING: &str = r#"
import os, pty, sys
process, terminal = pty.fork()
if process == 0:
    os.execv(sys.argv[2], sys.argv[2:])
shown = b""
while sys.argv[1].encode() not in shown:
    shown += os.read(terminal, 4096)
sys.stdin.readline()
os.close(terminal)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
"#;

/// The program at a terminal that goes away at the next line of its input, once the text was shown.
fn closing(project: &Project, text: &str, arguments: &[&str], silent: Option<&Silent>) -> Child {
    Command::new("python3")
        .args(["-c", CLOSING, text, PROGRAM])
        .args(arguments)
        .current_dir(project.path())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", project.path())
        .envs(silent.map(Silent::environment).into_iter().flatten())
        .stdin(Stdio::piped())
        .spawn()
        .expect("python3")
}

fn end_of_the_terminal() {
    let project = Project::of("data \"aws_caller_identity\" \"me\" {}\n");
    let silent = Silent::new();
    let mut running = closing(&project, "", &["plan"], Some(&silent));
    let _asked = silent.asked(&project);
    drop(running.stdin.take());
    assert_eq!(running.wait().expect("its end").code(), Some(130));
    assert!(!project.file(LOCK).exists(), "a lock is left");
}

fn end_while_applying() {
    let project = Project::of(LONG);
    let arguments = ["apply", "-auto-approve"];
    let mut running = closing(&project, "it has begun", &arguments, None);
    drop(running.stdin.take());
    assert_eq!(running.wait().expect("its end").code(), Some(130));
    is_kept(&project);
}

/// Who was told to outlive the terminal does so.
fn end_under_nohup() {
    let project = Project::of(
        "resource \"terraform_data\" \"a\" {\n  provisioner \"local-exec\" {\n    \
         command = \"echo it has begun; read line <go_on\"\n  }\n}\n",
    );
    let pipe = project.file("go_on");
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo").success());
    let mut shell = CommandBuilder::new("sh");
    let script = format!("trap '' HUP; exec {PROGRAM} apply -auto-approve");
    shell.args(["-c", &script]);
    let mut terminal = Terminal::of(shell, &project, &[]);
    terminal.until("it has begun");
    terminal.signal("HUP");
    std::fs::write(&pipe, "\n").expect("a reader");
    let (code, shown) = terminal.ended();
    assert_eq!(code, 0, "{shown}");
    assert!(!shown.contains("Interrupt received"), "{shown}");
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

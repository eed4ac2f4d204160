//! Many processes want one lock at the same time: in each round one gets it, and only that one writes.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio};

use libtest_mimic::Trial;
use trustform_state::backend::Backend as _;
use trustform_state::lock::{LockError, LockInfo};
use trustform_state::snapshot::{Lineage, Snapshot};

use super::servers::{Server, on_each, wait};

/// The variable that makes this program compete for a lock; its value names the server.
const COMPETE: &str = "TRUSTFORM_TEST_COMPETES_FOR_A_LOCK";

const PROCESSES: usize = 16;
const ROUNDS: u64 = 50;
const BUCKET: &str = "rounds";
const KEY: &str = "one.tfstate";

pub fn trials() -> Vec<Trial> {
    on_each(
        "sixteen_processes_have_one_winner_in_each_of_fifty_rounds",
        one_winner,
    )
}

/// Whether this process is one of those that [`one_winner`] starts.
pub fn is_asked_to_compete() -> bool {
    std::env::var_os(COMPETE).is_some()
}

/// A process at work, and the way to tell it to go on.
struct Competitor {
    process: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Competitor {
    fn start(server: &Server) -> Self {
        let whereabouts = format!(
            "{} {} {}",
            server.endpoint, server.access_key, server.secret_key
        );
        let mut process = Command::new(std::env::current_exe().unwrap())
            .env(COMPETE, whereabouts)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            orders: process.stdin.take().unwrap(),
            answers: BufReader::new(process.stdout.take().unwrap()),
            process,
        }
    }

    fn order(&mut self) {
        writeln!(self.orders, "go").unwrap();
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }
}

fn one_winner(server: &Server) {
    server.bucket(BUCKET);
    let mut all: Vec<Competitor> = (0..PROCESSES).map(|_| Competitor::start(server)).collect();
    for competitor in &mut all {
        assert_eq!(competitor.answer(), "ready");
    }
    for round in 1..=ROUNDS {
        all.iter_mut().for_each(Competitor::order);
        let answers: Vec<String> = all.iter_mut().map(Competitor::answer).collect();
        let won = answers.iter().filter(|answer| *answer == "won").count();
        let lost = answers.iter().filter(|answer| *answer == "lost").count();
        assert_eq!(
            (won, lost),
            (1, PROCESSES - 1),
            "round {round}: {answers:?}"
        );
        all.iter_mut().for_each(Competitor::order);
        for competitor in &mut all {
            assert_eq!(competitor.answer(), "done", "round {round}");
        }
    }
    for competitor in all {
        drop(competitor.orders);
        let mut process = competitor.process;
        assert!(process.wait().unwrap().success());
    }
    let written = wait(async {
        let backend = server.store(BUCKET, KEY).await.backend("default");
        backend.read().await.unwrap().unwrap().snapshot.serial.get()
    });
    assert_eq!(written, ROUNDS, "each winner wrote once");
}

/// Competes as often as it is told to.
#[expect(clippy::print_stdout, reason = "this is how it answers")]
pub fn compete() -> ExitCode {
    let whereabouts = std::env::var(COMPETE).unwrap();
    let mut parts = whereabouts.split(' ').map(str::to_owned);
    let mut next = || parts.next().unwrap();
    let server = Server::at(next(), next(), next());
    wait(async {
        let backend = server.store(BUCKET, KEY).await.backend("default");
        // The connection is there before the first round.
        backend.read_journal().await.unwrap();
        println!("ready");
        let mut orders = std::io::stdin().lines();
        while orders.next().is_some() {
            let locked = backend.lock(LockInfo::new("test", "1")).await;
            match &locked {
                Ok(_) => println!("won"),
                Err(LockError::Held { .. }) => println!("lost"),
                Err(other) => println!("{other}"),
            }
            orders.next();
            if let Ok(lock) = locked {
                let stored = backend.read().await.unwrap();
                let version = stored.as_ref().map(|stored| stored.version.clone());
                let mut snapshot = stored.map_or_else(first, |stored| stored.snapshot);
                snapshot.serial = snapshot.serial.next();
                backend.write(&snapshot, version.as_ref()).await.unwrap();
                backend.unlock(&lock.id).await.unwrap();
            }
            println!("done");
        }
    });
    ExitCode::SUCCESS
}

fn first() -> Snapshot {
    let mut snapshot = Snapshot::empty(Lineage::random());
    snapshot.record_version(&"1.11.4".parse().unwrap());
    snapshot
}

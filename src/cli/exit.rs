//! Exit codes.

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitCode {
    /// It did what it was asked.
    Success,
    /// Something is wrong: with the configuration, the world, or the command line.
    Problem,
    /// There are changes (`plan -detailed-exitcode`).
    Changes,
    /// Some file could not be formatted (`fmt`).
    Unformattable,
    /// Some file is not formatted (`fmt -check`).
    Unformatted,
    /// What was asked depends on what is not known (`explain`).
    Undecided,
    /// It was interrupted.
    Interrupted,
}

impl ExitCode {
    /// The number that the process ends with.
    pub fn number(self) -> u8 {
        match self {
            ExitCode::Success => 0,
            ExitCode::Problem => 1,
            ExitCode::Changes | ExitCode::Unformattable => 2,
            ExitCode::Undecided | ExitCode::Unformatted => 3,
            ExitCode::Interrupted => 130,
        }
    }
}

//! The command `nudged`.

use std::process::ExitCode;

fn main() -> ExitCode {
    nudged::cli::main()
}

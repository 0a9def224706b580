//! The `clodo` binary: parse, run, exit.

use std::process::ExitCode;

fn main() -> ExitCode {
    clodo::cli::main()
}

//! `clodo help`

use clap::Args;

use super::Mistake;
use super::console::Console;
use crate::core::config::shape::closest;
use crate::exit::Exit;

/// Help for a command, or about a topic: exit-codes
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  clodo help check\n  clodo help exit-codes")]
pub(super) struct Help {
    /// A command or a topic
    topic: Option<String>,
}

const EXIT_CODES: &str = "exit-codes";

impl Help {
    pub(super) fn run(self, console: &Console) -> anyhow::Result<Exit> {
        let mut command = super::command();
        command.build();
        let text = match self.topic.as_deref() {
            None => command.render_long_help().to_string(),
            Some(EXIT_CODES) => exit_codes(),
            Some(topic) => match command.find_subcommand_mut(topic) {
                Some(found) => found.render_long_help().to_string(),
                None => {
                    let names = command.get_subcommands().map(clap::Command::get_name);
                    let meant = closest(topic, names.chain([EXIT_CODES]));
                    return Err(Mistake::error(
                        format!("there is no command or topic {topic}"),
                        Some(meant.map_or_else(
                            || {
                                "`clodo help` lists the commands; the one topic is exit-codes"
                                    .to_owned()
                            },
                            |meant| format!("did you mean `clodo help {meant}`?"),
                        )),
                    ));
                }
            },
        };
        console.out(&text)?;
        Ok(Exit::Ok)
    }
}

/// The exit codes as a table for people.
fn exit_codes() -> String {
    let lines = Exit::ALL.map(|exit| format!("{:>4}  {}\n", exit.code(), exit.meaning()));
    format!("Exit codes are an interface: they keep their meaning.\n\n{}", lines.concat())
}

//! A flag that `sessions export-trajectory` does not have: refused in OpenClaw's words, because
//! scripts that call the one command are to find the other's answers.
//!
//! What the remaining arguments say, and so which release's words are meant, is found out by leaving
//! the unknown ones away.

use std::ffi::OsString;

use clap::Parser as _;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::ops::write::unknown_flag;

use super::args::{Args, Command, ExportArgs, ListArgs, SessionsCommand};
use super::output::Output;
use super::{Surroundings, export};

/// An unknown flag of the export.
#[derive(Debug)]
pub(super) struct Unknown {
    flag: String,
    /// What the other arguments say.
    args: Args,
}

/// Finds the unknown flag of an export; nothing for other commands and other mistakes.
pub(super) fn export_flag(mut arguments: Vec<OsString>, error: &clap::Error) -> Option<Unknown> {
    let flag = unknown(error).filter(|name| name.starts_with('-'))?.to_owned();
    let mut name = flag.clone();
    loop {
        let before = arguments.len();
        let with_value = format!("{name}=");
        arguments.retain(|argument| {
            let argument = argument.to_string_lossy();
            argument != name.as_str() && !argument.starts_with(&with_value)
        });
        if arguments.len() == before {
            return None;
        }
        match Args::try_parse_from(&arguments) {
            Ok(args) => return Unknown { flag, args }.of_export(),
            Err(error) => unknown(&error)?.clone_into(&mut name),
        }
    }
}

/// The argument that nobody knows.
fn unknown(error: &clap::Error) -> Option<&str> {
    match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(name)) if error.kind() == ErrorKind::UnknownArgument => {
            Some(name)
        }
        _ => None,
    }
}

impl Unknown {
    fn of_export(self) -> Option<Self> {
        self.parts().is_some().then_some(self)
    }

    fn parts(&self) -> Option<(&ListArgs, &ExportArgs)> {
        let Some(Command::Sessions(sessions)) = &self.args.command else { return None };
        match &sessions.command {
            Some(SessionsCommand::ExportTrajectory(export)) => Some((&sessions.list, export)),
            _ => None,
        }
    }

    /// Tells that there is no such flag, and returns the exit status.
    pub(super) fn refuse(
        &self,
        output: &mut Output,
        surroundings: &Surroundings,
    ) -> anyhow::Result<u8> {
        let Some((outer, args)) = self.parts() else { return Ok(1) };
        let store = args.place.store.as_deref().or(outer.store.as_deref());
        let refused = unknown_flag(&self.args.open_request(surroundings), store, &self.flag);
        let status = export::refuse(output, &refused, args.json || outer.json)?;
        output.finish()?;
        Ok(status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> Option<String> {
        let arguments: Vec<OsString> =
            format!("clawscope {line}").split(' ').map(OsString::from).collect();
        let error = Args::try_parse_from(&arguments).unwrap_err();
        export_flag(arguments, &error).map(|unknown| unknown.flag)
    }

    #[test]
    fn only_flags_of_the_export_are_refused_in_openclaws_words() {
        let export = "sessions export-trajectory --session-key k";
        for (line, flag) in [
            (format!("{export} --frobnicate --json"), Some("--frobnicate")),
            (format!("{export} --frob=1 --json"), Some("--frob")),
            (format!("{export} --frob value -z"), Some("--frob")),
            (format!("{export} -z"), Some("-z")),
            (format!("{export} surplus"), None),
            (format!("{export} --output"), None),
            ("sessions list --frobnicate".to_owned(), None),
            ("--frobnicate".to_owned(), None),
        ] {
            assert_eq!(found(&line).as_deref(), flag, "{line}");
        }
    }
}

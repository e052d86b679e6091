//! `clawscope learning export` and `clawscope learning status`.

use std::io::{self, ErrorKind, Write as _};
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::tz::TimeZone;

use super::args::{Limit, PLACE, parse_limit};
use super::output::Output;
use crate::model::diagnostic::Diagnostic;
use crate::model::text::visible_line;
use crate::ops::learning::Input;
use crate::ops::learning::request::{
    ExportRequest, Form, Newest, StatusRequest, print_status, write_export,
};
use crate::ops::open::{OpenRequest, open, open_or_demo};

/// How many oddities are named one by one on standard error.
const NAMED: usize = 20;

/// The environment variable with the token of a gateway: an argument could be seen by everybody on
/// the machine.
const TOKEN: &str = "CLAWSCOPE_GATEWAY_TOKEN";

#[derive(Debug, Args)]
pub(super) struct LearningArgs {
    #[command(subcommand)]
    pub command: Option<LearningCommand>,

    /// A learning.db, a store of qortex, or a JSON or CSV export to read instead of the state.
    #[arg(long, global = true, help_heading = PLACE, visible_alias = "db", value_name = "FILE")]
    from: Option<PathBuf>,

    /// A running gateway to read instead, for example `https://gateway.example`; it is only asked,
    /// and only because you name it. The token that it wants stands in `CLAWSCOPE_GATEWAY_TOKEN`.
    #[arg(long, global = true, help_heading = PLACE, value_name = "URL", conflicts_with = "from")]
    pub gateway: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum LearningCommand {
    /// Write traces and posteriors as `openclaw learning export` does.
    Export(ExportArgs),
    /// Print the figures that `openclaw learning status` prints.
    Status(StatusArgs),
}

#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// The form of the output.
    #[arg(long, value_name = "FORMAT", default_value = "json")]
    format: Format,

    /// Leave the traces out.
    #[arg(long)]
    no_traces: bool,

    /// Leave the posteriors out.
    #[arg(long)]
    no_posteriors: bool,

    /// The newest N traces, or "all"; 10000 unless given, as in the original.
    #[arg(long, value_name = "N|all", value_parser = parse_limit)]
    limit: Option<Limit>,

    /// JSON as the product writes it, or as its documentation describes it (absent members are
    /// null, α and β have a decimal point).
    #[arg(long, value_name = "SCHEMA", default_value = "product")]
    schema: Schema,

    /// CSV only: quote lone carriage returns, and keep texts from being read as formulas.
    #[arg(long)]
    safe_csv: bool,

    /// Stores of qortex only: take the arms of all contexts together; the product exports those
    /// without a context.
    #[arg(long)]
    all_contexts: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Json,
    Csv,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Schema {
    Product,
    Documented,
}

#[derive(Debug, Args)]
pub(super) struct StatusArgs {
    /// Print JSON.
    #[arg(long)]
    json: bool,

    /// Add the exact 95 % intervals.
    #[arg(long)]
    exact: bool,

    /// Stores of qortex only: take the arms of all contexts together; the product shows those
    /// without a context.
    #[arg(long)]
    all_contexts: bool,
}

impl LearningArgs {
    /// Why a flag could not be heeded, as far as the arguments alone tell; `gateway` when one is
    /// named before the subcommand.
    pub(super) fn unheeded(&self, gateway: bool) -> Option<&'static str> {
        let gateway = (gateway && self.from.is_none()) || self.gateway.is_some();
        let (export, all_contexts) = match self.command.as_ref()? {
            LearningCommand::Export(args) => (Some(args), args.all_contexts),
            LearningCommand::Status(args) => (None, args.all_contexts),
        };
        if all_contexts && gateway {
            return Some("--all-contexts goes with a store of qortex, not with --gateway");
        }
        match export.map(|args| (args.format, args.schema, args.safe_csv))? {
            (Format::Json, _, true) => Some("--safe-csv goes with --format csv"),
            (Format::Csv, Schema::Documented, _) => {
                Some("--schema documented goes with --format json")
            }
            _ => None,
        }
    }

    /// What is to be read.
    pub(super) fn input(&self, request: &OpenRequest) -> Input {
        match (&self.gateway, &self.from) {
            (Some(url), _) => gateway(url, request),
            (None, Some(file)) => Input::File(file.clone()),
            (None, None) => Input::State,
        }
    }
}

/// A gateway that was named, with the token from the environment.
pub(super) fn gateway(url: &str, request: &OpenRequest) -> Input {
    Input::gateway(url, request.vars.get(TOKEN).map(String::as_str))
}

pub(super) fn run(
    output: &mut Output,
    request: &OpenRequest,
    (command, input): (LearningCommand, Input),
) -> anyhow::Result<()> {
    // Data that are named need no state beside them.
    let store = if input == Input::State { open(request)? } else { open_or_demo(request)? };
    // Said before anything is sent.
    report(input.warning().as_slice());
    let diagnostics = match command {
        LearningCommand::Export(args) => {
            match write_export(&store, &args.request(input), output).map_err(anyhow::Error::from) {
                Err(error) if is_closed_pipe(&error) => return Ok(()),
                written => written?,
            }
        }
        LearningCommand::Status(args) => {
            let (text, diagnostics) = print_status(&store, &args.request(input))?;
            output.text(&text)?;
            diagnostics
        }
    };
    report(&diagnostics);
    Ok(())
}

impl ExportArgs {
    fn request(&self, input: Input) -> ExportRequest {
        ExportRequest {
            input,
            form: match (self.format, self.schema, self.safe_csv) {
                (Format::Json, Schema::Product, _) => Form::Json,
                (Format::Json, Schema::Documented, _) => Form::DocumentedJson,
                (Format::Csv, _, false) => Form::Csv,
                (Format::Csv, _, true) => Form::SafeCsv,
            },
            traces: !self.no_traces,
            posteriors: !self.no_posteriors,
            limit: match self.limit {
                None => Newest::AsOriginal,
                Some(Limit::Most(most)) => Newest::Most(most as u64),
                Some(Limit::All) => Newest::All,
            },
            all_contexts: self.all_contexts,
        }
    }
}

impl StatusArgs {
    fn request(&self, input: Input) -> StatusRequest {
        StatusRequest {
            input,
            json: self.json,
            exact: self.exact,
            all_contexts: self.all_contexts,
            zone: TimeZone::system(),
        }
    }
}

/// Whoever closes a pipe has read enough: no failure of ours.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
    })
}

fn report(diagnostics: &[Diagnostic]) {
    for one in diagnostics.iter().take(NAMED) {
        let row = one.place.row.map(|row| format!(", {row}")).unwrap_or_default();
        complain(&format!("{}{row}: {}", one.place.path.display(), one.message));
    }
    if let Some(more) = diagnostics.len().checked_sub(NAMED).filter(|more| *more > 0) {
        complain(&format!("{more} more notices of these kinds"));
    }
}

fn complain(text: &str) {
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(io::stderr(), "clawscope: {}", visible_line(text));
}

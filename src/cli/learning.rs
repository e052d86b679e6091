//! `clawscope learning export` and `clawscope learning status`.

use std::io::{self, ErrorKind, Write as _};
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::tz::TimeZone;

use super::args::{Limit, parse_limit};
use super::output::Output;
use crate::model::diagnostic::Diagnostic;
use crate::model::text::visible_line;
use crate::ops::learning::Input;
use crate::ops::learning::request::{
    ExportRequest, Form, Newest, StatusRequest, print_status, write_export,
};
use crate::ops::open::{OpenRequest, open};

/// How many oddities are named one by one on standard error.
const NAMED: usize = 20;

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

    /// The learning.db to export instead of the state's own.
    #[arg(long, visible_alias = "from", value_name = "FILE")]
    db: Option<PathBuf>,

    /// JSON as the product writes it, or as its documentation describes it (absent members are
    /// null, α and β have a decimal point).
    #[arg(long, value_name = "SCHEMA", default_value = "product")]
    schema: Schema,

    /// CSV only: quote lone carriage returns, and keep texts from being read as formulas.
    #[arg(long)]
    safe_csv: bool,
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

    /// A learning.db, a store of qortex, or a JSON or CSV export to read instead of the state.
    #[arg(long, visible_alias = "db", value_name = "FILE", conflicts_with = "gateway")]
    from: Option<PathBuf>,

    /// A running gateway to read instead, for example <http://127.0.0.1:18789>; it is only asked, and
    /// only because you name it.
    #[arg(long, value_name = "URL")]
    gateway: Option<String>,
}

pub(super) fn run(
    output: &mut Output,
    request: &OpenRequest,
    command: LearningCommand,
) -> anyhow::Result<()> {
    let store = open(request)?;
    let named = match &command {
        LearningCommand::Export(args) => args.db.is_some(),
        LearningCommand::Status(args) => args.from.is_some() || args.gateway.is_some(),
    };
    if store.location.demo && !request.demo && !named {
        complain("demo data: no OpenClaw state directory was found or named");
    }
    let diagnostics = match command {
        LearningCommand::Export(args) => {
            match write_export(&store, &args.request(), output).map_err(anyhow::Error::from) {
                Err(error) if is_closed_pipe(&error) => return Ok(()),
                written => written?,
            }
        }
        LearningCommand::Status(args) => {
            let (text, diagnostics) = print_status(&store, &args.request())?;
            output.text(&text)?;
            diagnostics
        }
    };
    report(&diagnostics);
    Ok(())
}

impl ExportArgs {
    fn request(&self) -> ExportRequest {
        ExportRequest {
            db: self.db.clone(),
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
        }
    }
}

impl StatusArgs {
    fn request(self) -> StatusRequest {
        StatusRequest {
            input: match (self.from, self.gateway) {
                (_, Some(url)) => Input::Gateway(url),
                (Some(file), None) => Input::File(file),
                (None, None) => Input::State,
            },
            json: self.json,
            exact: self.exact,
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

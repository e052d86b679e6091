//! `clawscope sessions list`: a table, or JSON.

use std::fmt::Write as _;

use crate::js::print;
use crate::model::fact::Fact;
use crate::model::key::AgentId;
use crate::model::session::SessionRow;
use crate::model::{number, text, time};
use crate::ops::list::{AgentChoice, ListRequest, Listing, list};
use crate::ops::open::{OpenRequest, open};

use super::args::{Limit, ListArgs};
use super::output::{self, Output};

/// How many sessions are listed when no limit is given.
const DEFAULT_LIMIT: usize = 100;

/// What stands above the demo's sessions.
const DEMO: &str = "Demo data.";

pub(super) fn run(
    output: &mut Output,
    request: &OpenRequest,
    args: &ListArgs,
    now: i64,
) -> anyhow::Result<()> {
    let store = open(request)?;
    let now = store.now(now);
    let listing = list(&store, list_request(args), now)?;
    output::complain(&listing.diagnostics);
    if args.json {
        output.line(&print::to_visible_pretty(&listing.to_json()))?;
    } else {
        if store.location.demo {
            output.line(DEMO)?;
        }
        output.text(&table(&listing))?;
    }
    Ok(())
}

fn list_request(args: &ListArgs) -> ListRequest {
    ListRequest {
        agents: match (&args.agent, args.all_agents) {
            (Some(id), _) => AgentChoice::One(AgentId::normalise(id)),
            (None, true) => AgentChoice::All,
            (None, false) => AgentChoice::Default,
        },
        active_minutes: args.active,
        limit: match args.limit {
            None => Some(DEFAULT_LIMIT),
            Some(Limit::Most(most)) => Some(most),
            Some(Limit::All) => None,
        },
        every_source: args.all,
        counts: args.counts,
    }
}

fn table(listing: &Listing) -> String {
    let mut out = String::new();
    let shown = match (listing.rows.len(), listing.total) {
        (rows, total) if rows < total => format!("Sessions: {rows} of {total}"),
        (rows, _) => format!("Sessions: {rows}"),
    };
    out.push_str(&shown);
    if listing.elsewhere > 0 {
        let _ =
            write!(out, " (and {} archived, unindexed or earlier ones: --all)", listing.elsewhere);
    }
    out.push('\n');
    if listing.rows.is_empty() {
        return out;
    }
    let mut rows = vec![HEADINGS.map(str::to_owned)];
    rows.extend(listing.rows.iter().map(|row| cells(row, listing.now)));
    let widths: [usize; COLUMNS] = std::array::from_fn(|column| {
        let cell = |row: &[String; COLUMNS]| row.get(column).map_or(0, |cell| text::columns(cell));
        rows.iter().map(cell).max().unwrap_or(0)
    });
    for row in &rows {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
            let pad = " ".repeat(width - text::columns(cell));
            let (before, after) =
                if RIGHT.contains(&column) { (pad, String::new()) } else { (String::new(), pad) };
            let _ = write!(line, "{before}{cell}{after}  ");
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

const COLUMNS: usize = 10;
const HEADINGS: [&str; COLUMNS] =
    ["AGENT", "KIND", "KEY", "AGE", "MODEL", "TOKENS", "COST", "STATE", "SOURCE", "TITLE"];
/// Columns of figures, set flush right.
const RIGHT: [usize; 3] = [3, 5, 6];
/// Widest title, in columns.
const TITLE_COLUMNS: usize = 48;

fn cells(row: &SessionRow, now: i64) -> [String; COLUMNS] {
    let line = |text: &str| text::visible_line(text).into_owned();
    let words = |fact: &Fact<String>| fact.value().map_or_else(|| unknown(fact), |text| line(text));
    [
        row.agent.to_string(),
        row.kind.word().to_owned(),
        row.key.as_ref().map_or_else(|| line(&row.session_id), |key| line(key.as_str())),
        row.updated.value().map_or_else(|| unknown(&row.updated), |ms| time::age(*ms, now)),
        words(&row.model),
        row.tokens.value().map_or_else(|| unknown(&row.tokens), |tokens| number::count(*tokens)),
        row.cost.value().map_or_else(|| unknown(&row.cost), |cost| number::dollars(*cost)),
        row.state.value().map_or_else(|| unknown(&row.state), |state| state.word().to_owned()),
        row.provenance.word().to_owned(),
        text::fit(&words(&row.title), TITLE_COLUMNS).into_owned(),
    ]
}

/// A dash for what was never recorded, dots for what only a deeper read can tell (`--counts`).
fn unknown<T>(fact: &Fact<T>) -> String {
    if fact.is_not_loaded() { "…".to_owned() } else { "-".to_owned() }
}

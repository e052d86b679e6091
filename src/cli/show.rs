//! `clawscope sessions show`: one branch of a session, as Markdown or JSON.

use crate::js::print;
use crate::model::key::AgentId;
use crate::ops::markdown;
use crate::ops::open::{OpenRequest, open};
use crate::ops::pick::Wanted;
use crate::ops::show::{ShowRequest, show};

use super::args::{ListArgs, ShowArgs};
use super::output::Output;

pub(super) fn run(
    output: &mut Output,
    request: OpenRequest,
    outer: &ListArgs,
    args: ShowArgs,
) -> anyhow::Result<()> {
    let json = args.json || outer.json;
    let agent = args.place.agent.or_else(|| outer.agent.clone());
    let wanted = match (args.session_key, args.session_id) {
        (Some(key), _) => Some(Wanted::Key(key)),
        (None, Some(id)) => Some(Wanted::Id(id)),
        (None, None) => None,
    };
    let request = match args.file {
        Some(file) => OpenRequest { path: Some(file), ..request },
        None => request,
    };
    let store = open(&request)?;
    let agent = agent.map(|id| AgentId::normalise(&id));
    let shown = show(&store, &ShowRequest { wanted, agent, branch: args.place.branch })?;
    if json {
        output.line(&print::to_visible_pretty(&shown.to_json()))?;
    } else {
        output.text(&markdown::render(&shown))?;
    }
    Ok(())
}

//! What the next plan is made with: the profile, masks with numbers, more to mask, the workspace.

use super::super::{Effects, say};
use super::plan_again;
use crate::app::action::Action;
use crate::app::input::Input;
use crate::app::state::State;
use crate::app::state::layer::{Layer, Prompt, PromptKind};
use crate::app::state::preview::asked::Added;
use crate::app::state::preview::{Preview, View};
use crate::model::review::Doubt;
use crate::ops::plan::{literal_fault, shape_fault};

/// Does an action that changes what the plan is made with.
pub(super) fn act(state: &mut State, action: Action, out: &mut Effects) {
    let Some(preview) = &mut state.preview else { return };
    let said = match action {
        Action::ToggleStrict => {
            let strict = &mut preview.asked.redaction.strict;
            *strict = !*strict;
            format!("planning with the {} profile", if *strict { "strict" } else { "standard" })
        }
        Action::ToggleNumbered => {
            let numbered = &mut preview.asked.redaction.numbered;
            *numbered = !*numbered;
            format!("planning {} numbered masks", if *numbered { "with" } else { "without" })
        }
        Action::DropLiteral => match preview.added.pop() {
            Some(_) => "what was added last is masked by the other rules only again".to_owned(),
            None => return say(state, "nothing was added; + adds a value, & a pattern"),
        },
        Action::NextWorkspace => match next_workspace(preview) {
            Some(said) => said,
            None => {
                return say(
                    state,
                    "no other one is known; the dialogue of x takes the path of a folder",
                );
            }
        },
        Action::AddShape => return ask(state, PromptKind::Shape),
        _ => {
            return match suspect(preview) {
                Some(suspect) => add_literal(state, &suspect, out),
                None => ask(state, PromptKind::Literal),
            };
        }
    };
    say(state, said);
    plan_again(state, out);
}

fn ask(state: &mut State, kind: PromptKind) {
    state.layers.push(Layer::Prompt(Prompt::new(kind, Input::default())));
}

fn next_workspace(preview: &mut Preview) -> Option<String> {
    let (all, now) = (&preview.workspaces, &preview.asked.workspace);
    let at = all.iter().position(|one| one == now).map_or(0, |at| at + 1);
    let next = all.get(at % all.len().max(1)).filter(|next| *next != now)?;
    preview.asked.workspace.clone_from(next);
    Some(format!("planning for {}", preview.asked.workspace.display()))
}

/// The suspicious text of the selected row.
fn suspect(preview: &Preview) -> Option<String> {
    let planned = preview.planned.as_ref().filter(|_| preview.view == View::Uncovered)?;
    let one = planned.review.uncovered.get(preview.uncovered.selected)?;
    (one.kind == Doubt::Suspicious).then(|| one.text.clone())
}

/// What is wrong with a text that was typed to be masked; an empty one asks for nothing.
pub(in crate::app::update) fn fault(kind: PromptKind, text: &str) -> Option<String> {
    match kind {
        _ if text.trim().is_empty() => None,
        PromptKind::Literal => literal_fault(text),
        PromptKind::Shape => shape_fault(text),
        _ => None,
    }
}

/// Masks one more value in this bundle.
pub(in crate::app::update) fn add_literal(state: &mut State, value: &str, out: &mut Effects) {
    if let Some(fault) = literal_fault(value).filter(|_| !value.is_empty()) {
        return say(state, fault);
    }
    add(state, Added::Literal(value.to_owned()), value, out);
}

/// Masks whatever a regular expression finds in this bundle.
pub(in crate::app::update) fn add_shape(state: &mut State, shape: &str, out: &mut Effects) {
    add(state, Added::Shape(shape.to_owned()), shape, out);
}

fn add(state: &mut State, added: Added, text: &str, out: &mut Effects) {
    let Some(preview) = &mut state.preview else { return };
    if text.trim().is_empty() {
        return;
    }
    if preview.added.contains(&added) {
        return say(state, "this is masked already");
    }
    let more = match &added {
        Added::Literal(_) => "planning with one more value to mask",
        Added::Shape(_) => "planning with one more pattern to mask",
    };
    preview.added.push(added);
    say(state, more);
    plan_again(state, out);
}

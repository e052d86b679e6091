//! Layers: opening them, typing into them, and what their keys do.

use super::{
    Effects, act as act_anywhere, back, detail, find, has_layer, keys, learning, moves, preview,
    sessions,
};
use crate::app::action::Action;
use crate::app::input::Input;
use crate::app::key::{Key, KeyCode};
use crate::app::keymap::Context;
use crate::app::state::area::Areas;
use crate::app::state::layer::{Layer, Palette, PaletteItem, Prompt, PromptKind};
use crate::app::state::list::{ListState, Move, Scroll};
use crate::app::state::{Focus, State};
use crate::search::fuzzy;
use crate::search::query::Query;

/// Opens the layer of an action; help and location close again on a second press.
pub(super) fn open(state: &mut State, action: Action) {
    let layer = match action {
        Action::Help => Layer::Help(Scroll::default()),
        Action::Location => Layer::Location(Scroll::default()),
        Action::Palette => palette(state),
        Action::FilterSessions => prompt(PromptKind::Filter, Input::with(&state.sessions.filter)),
        Action::FilterLearning => {
            prompt(PromptKind::FilterLearning, Input::with(learning::filter_text(state)))
        }
        Action::Find if matches!(state.top_layer(), Some(Layer::Viewer(_))) => {
            prompt(PromptKind::FindInTree, Input::default())
        }
        Action::Find if find::in_tree(state) => prompt(PromptKind::FindInTree, Input::default()),
        _ => prompt(PromptKind::Find, Input::default()),
    };
    if !has_layer(state, |open| std::mem::discriminant(open) == std::mem::discriminant(&layer)) {
        state.layers.push(layer);
    }
}

fn prompt(kind: PromptKind, input: Input) -> Layer {
    Layer::Prompt(Prompt::new(kind, input))
}

fn palette(state: &State) -> Layer {
    let (input, list) = (Input::default(), ListState::default());
    Layer::Palette(Palette { items: palette_items(state, ""), input, list })
}

/// The commands that work in the pane with the keyboard and fit the letters, best first.
fn palette_items(state: &State, letters: &str) -> Vec<PaletteItem> {
    let here = keys::pane_context(state);
    let mut items: Vec<PaletteItem> = Vec::new();
    for bound in state.keymap.bindings() {
        let binding = bound.binding;
        let works = here.outwards().any(|place| binding.contexts.contains(&place));
        if works && !items.iter().any(|item| item.action == binding.action) {
            let (action, help) = (binding.action, binding.help);
            items.push(PaletteItem { action, help, matched: Vec::new() });
        }
    }
    let texts: Vec<String> =
        items.iter().map(|item| format!("{} {}", item.help, item.action.name())).collect();
    fuzzy::rank(letters, texts.iter().map(String::as_str))
        .into_iter()
        .filter_map(|found| {
            let item = items.get(found.index)?;
            let len = item.help.chars().count();
            let matched = found.positions.into_iter().filter(|at| *at < len).collect();
            Some(PaletteItem { matched, ..item.clone() })
        })
        .collect()
}

/// Types a key into the top layer; tells whether the layer took it.
pub(super) fn typed(state: &mut State, key: Key, out: &mut Effects) -> bool {
    match state.layers.last() {
        Some(Layer::Prompt(prompt)) => {
            let kind = prompt.kind;
            typed_in_prompt(state, kind, key, out);
            true
        }
        Some(Layer::Palette(_)) => {
            let command = state.keymap.action(Context::Palette, key).is_some();
            if key.typed().is_none() && command {
                return false;
            }
            if let Some(Layer::Palette(palette)) = state.layers.last_mut()
                && palette.input.key(key)
            {
                refill(state);
            }
            true
        }
        Some(Layer::Export(_)) => preview::typed(state, key, out),
        _ => false,
    }
}

fn typed_in_prompt(state: &mut State, kind: PromptKind, key: Key, out: &mut Effects) {
    let cancels = key.code == KeyCode::Esc || key == Key::ctrl('c') || key == Key::ctrl('g');
    if cancels {
        return back::back(state, out);
    }
    if key.code == KeyCode::Enter {
        return commit(state, kind, out);
    }
    let along = match key.code {
        KeyCode::Up => Some(Move::Up(1)),
        KeyCode::Down => Some(Move::Down(1)),
        _ => None,
    };
    match (kind, along) {
        (PromptKind::Filter, Some(to)) => return moves::go(state, Focus::Sessions, to, out),
        (PromptKind::FilterLearning, Some(to)) => return moves::go(state, Focus::Main, to, out),
        _ => {}
    }
    let Some(Layer::Prompt(prompt)) = state.layers.last_mut() else { return };
    // Rubbing out an empty line closes it, as in other programs with such a line.
    if key.code == KeyCode::Backspace && prompt.input.text().is_empty() {
        return back::back(state, out);
    }
    if prompt.input.key(key) {
        changed(state, out);
    }
}

/// The typed text changed: the sessions narrow while letters are typed.
fn changed(state: &mut State, out: &mut Effects) {
    let Some(Layer::Prompt(Prompt { kind, input, fault })) = state.layers.last_mut() else {
        return;
    };
    *fault = None;
    let (kind, filter) = (*kind, input.text().to_owned());
    match kind {
        PromptKind::Filter => {
            sessions::set_filter(state, &filter);
            sessions::preview(state, out);
        }
        PromptKind::FilterLearning => learning::set_filter(state, &filter),
        PromptKind::Find
        | PromptKind::FindInTree
        | PromptKind::FindInBundle
        | PromptKind::Literal
        | PromptKind::Shape => {}
    }
}

fn commit(state: &mut State, kind: PromptKind, out: &mut Effects) {
    // What cannot be used stays to be mended.
    if let Some(Layer::Prompt(prompt)) = state.layers.last_mut() {
        prompt.fault = preview::fault(kind, prompt.input.text());
        if prompt.fault.is_some() {
            return;
        }
    }
    let Some(Layer::Prompt(prompt)) = state.layers.pop() else { return };
    let text = prompt.input.text();
    match kind {
        PromptKind::Filter | PromptKind::FilterLearning => {}
        PromptKind::Literal => preview::add_literal(state, text, out),
        PromptKind::Shape => preview::add_shape(state, text, out),
        PromptKind::FindInBundle => preview::find(state, text, out),
        PromptKind::Find => find::begin(state, text, out),
        PromptKind::FindInTree => {
            let tree = match state.layers.last_mut() {
                Some(Layer::Viewer(viewer)) => viewer.tree.as_mut(),
                _ => state.detail.tree.as_mut(),
            };
            if let Some(tree) = tree {
                match Query::new(text) {
                    Some(query) => tree.find(query),
                    None => tree.find = None,
                }
            }
        }
    }
}

/// Takes in pasted text.
pub(super) fn paste(state: &mut State, text: &str, out: &mut Effects) {
    match state.layers.last_mut() {
        Some(Layer::Prompt(prompt)) => {
            prompt.input.paste(text);
            changed(state, out);
        }
        Some(Layer::Palette(palette)) => {
            palette.input.paste(text);
            refill(state);
        }
        Some(Layer::Export(_)) => preview::paste(state, text, out),
        _ => {}
    }
}

fn refill(state: &mut State) {
    let Some(Layer::Palette(palette)) = state.layers.last() else { return };
    let items = palette_items(state, palette.input.text());
    if let Some(Layer::Palette(palette)) = state.layers.last_mut() {
        palette.items = items;
        palette.list.select(0, palette.items.len());
    }
}

/// Does an action in the top layer; tells whether there is one.
pub(super) fn act(state: &mut State, action: Action, out: &mut Effects) -> bool {
    let to = moves::of(action);
    match state.layers.last_mut() {
        None => return false,
        Some(Layer::Help(scroll) | Layer::Location(scroll)) => {
            if let Some(to) = to {
                scroll.go(to);
            }
        }
        Some(Layer::Viewer(viewer)) => match (to, &mut viewer.tree) {
            (Some(to), Some(tree)) if !viewer.raw => tree.list.go(to, tree.rows.len()),
            (Some(to), _) => viewer.scroll.go(to),
            (None, Some(tree)) if !viewer.raw => detail::fold(tree, action),
            _ => {}
        },
        Some(Layer::Palette(palette)) => {
            if let Some(to) = to {
                palette.list.go(to, palette.items.len());
            } else if action == Action::Open {
                let chosen = palette.items.get(palette.list.selected).map(|item| item.action);
                state.layers.pop();
                if let Some(action) = chosen {
                    act_anywhere(state, action, out);
                }
            }
        }
        Some(Layer::Prompt(_) | Layer::Message(_) | Layer::Preview | Layer::Export(_)) => {}
    }
    true
}

/// Tells the top layer how many of its rows the last frame drew.
pub(super) fn drawn(state: &mut State, areas: &Areas) {
    let height = usize::from(areas.layer.height);
    if height == 0 {
        return;
    }
    match state.layers.last_mut() {
        Some(Layer::Help(scroll) | Layer::Location(scroll)) => {
            scroll.drawn(height, areas.layer_lines);
        }
        Some(Layer::Viewer(viewer)) => {
            viewer.scroll.drawn(height, areas.layer_lines);
            if let Some(tree) = &mut viewer.tree {
                tree.list.height = height;
                tree.list.fit(tree.rows.len());
            }
        }
        Some(Layer::Palette(palette)) => {
            palette.list.height = height;
            palette.list.fit(palette.items.len());
        }
        Some(Layer::Prompt(_) | Layer::Message(_) | Layer::Preview | Layer::Export(_)) | None => {}
    }
}

//! The key table itself.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Harness;
use crate::app::action::Action;
use crate::app::effect::Effect;
use crate::app::key::Key;
use crate::app::keymap::{Context, KEYS, KeyError, Keymap};

#[test]
fn no_key_means_two_things_in_one_context() {
    let mut seen: BTreeMap<(Context, Key), Action> = BTreeMap::new();
    for binding in KEYS {
        for (context, text) in binding
            .contexts
            .iter()
            .flat_map(|context| binding.keys.iter().map(move |key| (context, key)))
        {
            let key = Key::parse(text).unwrap_or_else(|| panic!("{text} is no key"));
            let before = seen.insert((*context, key), binding.action);
            assert_eq!(before, None, "{text} in {context:?}");
        }
    }
}

#[test]
fn every_action_has_a_key_and_a_name_of_its_own() {
    for action in Action::ALL {
        assert!(KEYS.iter().any(|binding| binding.action == *action), "{}", action.name());
        assert_eq!(Action::named(action.name()), Some(*action));
    }
    for binding in KEYS {
        assert!(!binding.help.is_empty() && !binding.contexts.is_empty());
    }
}

/// Where a harness must stand so that an action has something to do.
fn standing(action: Action) -> Harness {
    let mut harness = Harness::new();
    harness.press("enter down down");
    match action {
        Action::FilterSessions
        | Action::NextSort
        | Action::ReverseSort
        | Action::ToggleCron
        | Action::ToggleSubagents
        | Action::ToggleHeartbeats
        | Action::ToggleArchived => drop(harness.press("esc")),
        Action::Wider | Action::Narrower => drop(harness.press("tab")),
        Action::NextSource | Action::LongestGap | Action::ShowTranscript => {
            drop(harness.press("2"));
        }
        Action::GroupTools | Action::NextPart => drop(harness.press("3")),
        Action::Fork
        | Action::NextSibling
        | Action::PreviousSibling
        | Action::PreviousError
        | Action::Up
        | Action::First
        | Action::PageUp
        | Action::HalfPageUp
        | Action::Parent => drop(harness.press("end")),
        Action::NextMatch | Action::PreviousMatch => {
            harness.press("/");
            harness.write("needle");
            harness.press("enter");
        }
        Action::DetailUp | Action::DetailDown => {
            harness.app.state.detail.scroll.drawn(5, 50);
            harness.app.state.detail.scroll.top = 10;
        }
        _ => {}
    }
    harness
}

#[test]
fn every_action_does_something() {
    for action in Action::ALL {
        let mut harness = standing(*action);
        let before = format!("{:?}", harness.state());
        let effects = harness.app.apply(*action);
        let after = format!("{:?}", harness.state());
        assert!(before != after || !effects.is_empty(), "{} does nothing", action.name());
    }
}

#[test]
fn quitting_remembers_the_layout_first() {
    let mut harness = Harness::new();
    harness.press("s C");
    let left = harness.app.apply(Action::Quit);
    let [Effect::SaveLayout(layout), Effect::Quit] = left.as_slice() else { panic!("{left:?}") };
    assert_eq!(
        (layout.sort.as_str(), layout.hidden.as_slice()),
        ("created", &["cron".to_owned()][..])
    );
}

#[test]
fn other_keys_take_the_place_of_the_own_ones() {
    let pairs = [("next-error", "ctrl-n"), ("quit", "e x")];
    let keymap = Keymap::with_overrides(pairs).unwrap();
    let action = |key: &str| keymap.action(Context::Timeline, Key::parse(key).unwrap());
    assert_eq!(action("ctrl-n"), Some(Action::NextError));
    assert_eq!(action("e"), Some(Action::Quit));
    assert_eq!(action("q"), None);
    assert_eq!(keymap.key_for(Context::Timeline, Action::NextError), Some(Key::ctrl('n')));
    let unknown = Keymap::with_overrides([("jump", "j")]).unwrap_err();
    assert_eq!(unknown, KeyError::UnknownAction("jump".to_owned()));
    assert!(Keymap::with_overrides([("quit", "hyper-q")]).is_err());
}

#[test]
fn a_context_lists_only_keys_that_do_there_what_they_say() {
    let keymap = Keymap::default();
    for context in [
        Context::Sessions,
        Context::Transcript,
        Context::LearningArms,
        Context::LearningRuns,
        Context::Detail,
        Context::Viewer,
    ] {
        for bound in keymap.in_context(context) {
            let action = keymap.action(context, bound.keys[0]);
            assert_eq!(action, Some(bound.binding.action), "{context:?}");
        }
    }
    assert!(keymap.in_context(Context::Reader).all(|bound| bound.binding.action != Action::Zoom));
}

#[test]
fn a_view_of_a_tab_has_keys_of_its_own_and_those_of_the_tab() {
    let keymap = Keymap::default();
    let action = |context, key: &str| keymap.action(context, Key::parse(key).unwrap());
    let (arms, runs) = (Context::LearningArms, Context::LearningRuns);
    assert_eq!(action(runs, "b"), Some(Action::OnlyBaseline));
    assert_eq!(action(arms, "b"), None);
    assert_eq!(action(arms, "s"), Some(Action::NextSort));
    assert_eq!(action(runs, "s"), None);
    for context in [arms, runs] {
        assert_eq!(action(context, "m"), Some(Action::LearningMap));
        assert_eq!(action(context, "q"), Some(Action::Quit));
        let bindings = keymap.in_context(context).map(|bound| bound.binding.action);
        let listed: Vec<Action> = bindings.collect();
        let place = |action| listed.iter().position(|listed| *listed == action);
        let own = if context == arms { Action::NextSort } else { Action::OnlyBaseline };
        // The views come before what narrows them, and what works everywhere last.
        assert!(place(Action::LearningMap) < place(own) && place(own) < place(Action::Quit));
    }
}

/// What `assets/keymap.toml` has to say, from the table.
fn keymap_file() -> String {
    let mut text = String::from(
        "# Every action of the explorer with its keys. Copy the lines that you want to change into\n\
         # settings.toml; several keys are separated by blanks.\n\n[keys]\n",
    );
    for action in Action::ALL {
        let mut keys: Vec<&str> = Vec::new();
        let of_action = || KEYS.iter().filter(|binding| binding.action == *action);
        // What it does in most places says more than what it does in the first one of the table.
        let everywhere = of_action().find(|binding| binding.contexts.contains(&Context::Panes));
        let help = everywhere.or(of_action().next()).map_or("", |binding| binding.help);
        for binding in of_action() {
            keys.extend(binding.keys.iter().filter(|key| !keys.contains(*key)).collect::<Vec<_>>());
        }
        let line = format!("{} = {:?}", action.name(), keys.join(" "));
        let _ = writeln!(text, "{line:<36} # {help}");
    }
    text
}

#[test]
fn the_file_of_keys_is_the_table() {
    let table = keymap_file();
    if std::env::var_os("UPDATE_SCREENSHOTS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/keymap.toml");
        std::fs::write(path, &table).unwrap();
        return;
    }
    assert!(
        crate::config::keymap::TEMPLATE == table,
        "assets/keymap.toml differs from the key table; \
         `UPDATE_SCREENSHOTS=1 cargo test` writes it anew"
    );
}

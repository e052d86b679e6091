//! Layers take keys before the panes do.

use super::Harness;
use crate::app::action::Action;
use crate::app::effect::{Effect, Event};
use crate::app::key::Key;
use crate::app::keymap::Context;
use crate::app::state::layer::{Layer, PromptKind};
use crate::app::state::preview::{Export, Stage};
use crate::app::state::{Focus, Tab};
use crate::app::update::context;

#[test]
fn the_top_layer_keeps_keys_from_the_panes() {
    let mut harness = Harness::new();
    harness.press("?");
    assert_eq!(context(harness.state()), Some(Context::Reader));
    harness.press("down 2 tab s");
    let state = harness.state();
    assert_eq!((state.tab, state.focus, state.layers.len()), (Tab::Transcript, Focus::Sessions, 1));
    harness.press("q");
    assert!(harness.state().layers.is_empty());
}

#[test]
fn the_palette_runs_what_a_few_letters_pick() {
    let mut harness = Harness::new();
    harness.press("enter :");
    harness.write("longest gap");
    let Some(Layer::Palette(palette)) = harness.state().layers.last() else { panic!() };
    assert!(palette.items.is_empty(), "it works in the timeline only");
    harness.press("esc 2 :");
    harness.write("longestgap");
    harness.press("enter");
    assert!(harness.state().layers.is_empty());
    let open = harness.state().open.as_ref().unwrap();
    let at = open.timeline.position(open.timeline.list.selected);
    assert_eq!(Some(at), open.index.as_ref().unwrap().timeline.longest_gap());
}

#[test]
fn letters_are_typed_into_a_prompt_and_do_nothing_else() {
    let mut harness = Harness::new();
    harness.press("enter /");
    harness.write("qQ?:1");
    let Some(Layer::Prompt(prompt)) = harness.state().layers.last() else { panic!() };
    assert_eq!((prompt.kind, prompt.input.text()), (PromptKind::Find, "qQ?:1"));
    harness.app.handle(Event::Paste("a\nb".to_owned()));
    let Some(Layer::Prompt(prompt)) = harness.state().layers.last() else { panic!() };
    assert_eq!(prompt.input.text(), "qQ?:1a b");
    harness.press("esc");
    assert!(harness.state().layers.is_empty() && harness.state().find.is_none());
}

#[test]
fn a_name_that_is_pasted_takes_the_failure_of_the_last_one_away() {
    let mut harness = Harness::new();
    let failed = Stage::Failed("the disk is full".to_owned());
    let export = Export { stage: failed, ..Export::default() };
    harness.app.state.layers.push(Layer::Export(Box::new(export)));
    harness.app.handle(Event::Paste("other".to_owned()));
    let Some(Layer::Export(export)) = harness.state().layers.last() else { panic!() };
    assert_eq!((export.name.text(), &export.stage), ("other", &Stage::Naming));
}

#[test]
fn a_name_is_not_said_to_be_good_before_it_was_checked() {
    let mut harness = Harness::new();
    harness.press("r x");
    let Some(Layer::Export(export)) = harness.state().layers.last() else { panic!() };
    assert!(matches!(export.target, Some(Ok(_))), "{:?}", export.target);
    let unchecked = harness.app.handle(Event::Key(Key::char('n')));
    let Some(Layer::Export(export)) = harness.state().layers.last() else { panic!() };
    assert_eq!(export.target, None);
    // Whoever does not wait for the answer has it checked while it is written.
    let written = harness.app.handle(Event::Key(Key::parse("enter").unwrap()));
    assert!(matches!(written.as_slice(), [Effect::Export { .. }]), "{written:?}");
    harness.run(unchecked);
    let Some(Layer::Export(export)) = harness.state().layers.last() else { panic!() };
    assert!(matches!(export.stage, Stage::Writing { .. }), "the check is stale");
}

#[test]
fn the_viewer_shows_a_record_and_searches_it() {
    let mut harness = Harness::new();
    harness.press("enter");
    harness.go_to("a2");
    harness.press("V");
    let Some(Layer::Viewer(viewer)) = harness.state().layers.last() else { panic!() };
    assert!(viewer.title.contains("line 6"), "{}", viewer.title);
    let tree = viewer.tree.as_ref().unwrap();
    assert_eq!(tree.path(&tree.rows[0]), "$.type");
    harness.press("/");
    harness.write("needle");
    harness.press("enter");
    let Some(Layer::Viewer(viewer)) = harness.state().layers.last() else { panic!() };
    let tree = viewer.tree.as_ref().unwrap();
    assert_eq!(tree.path(tree.selected().unwrap()), "$.message.content[0].text");
    harness.press("v q");
    assert!(harness.state().layers.is_empty());
}

#[test]
fn a_record_goes_to_the_pager_as_it_reads() {
    let mut harness = Harness::new();
    harness.press("enter");
    harness.go_to("a2");
    let left = harness.press("P");
    let [Effect::OpenExternal { text, .. }] = left.as_slice() else { panic!("{left:?}") };
    assert_eq!(text, "The needle is here");
}

#[test]
fn esc_steps_out_one_thing_at_a_time() {
    let mut harness = Harness::new();
    harness.press("enter enter z ?");
    assert_eq!(harness.state().focus, Focus::Detail);
    harness.press("esc");
    assert!(harness.state().layers.is_empty() && harness.state().splits.zoom);
    harness.press("esc");
    assert!(!harness.state().splits.zoom);
    harness.press("esc");
    assert_eq!(harness.state().focus, Focus::Main);
    harness.press("esc");
    assert_eq!(harness.state().focus, Focus::Sessions);
    assert!(harness.press("esc").is_empty());
    assert_eq!(harness.status(), "q leaves the program");
}

#[test]
fn esc_cancels_what_is_being_read() {
    let mut harness = Harness::new();
    let effects = harness.app.apply(Action::Down);
    assert!(harness.state().jobs.opening.is_some());
    harness.press("esc");
    assert!(harness.state().jobs.opening.is_none());
    harness.run(effects);
    assert_eq!(harness.state().open.as_ref().unwrap().row.session_id, "s1", "the answer is late");
}

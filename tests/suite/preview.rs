//! The preview of a bundle, driven headless: what it shows is what is written, by key press and by
//! command alike.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use clawscope::app::effect::{Effect, Event};
use clawscope::app::key::Key;
use clawscope::app::state::preview::{Stage as Writing, View};
use clawscope::config::ConfigDir;
use clawscope::ops::open::OpenRequest;
use clawscope::ops::plan::Redaction;
use clawscope::ops::write::{ExportRequest, export};
use clawscope::store::demo::NOW_MS;
use ratatui::style::Modifier;

use super::hostile;
use super::previewed::{SECRETS, dialogue, planned, planned_files, preview, previewed, write};
use super::stage::{Stage, lay_out_demo, text};

const SESSION: &str = "bc1be6c6-1880-479e-bc9b-254cbd9831d4";
/// What the session holds and no bundle may show.
const PLANTED: &str = "ghp_demoLanternNotARealToken000000000000";

/// The demo in a directory of its own, with a workspace beside it.
fn own_state() -> (tempfile::TempDir, Stage) {
    let dir = tempfile::tempdir().unwrap();
    let (state, workspace) = (dir.path().join("state"), dir.path().join("workspace"));
    lay_out_demo(&state);
    fs::create_dir(&workspace).unwrap();
    let mut explorer = Stage::at(&state, (100, 30));
    explorer.app.state.current_dir = workspace;
    explorer.app.state.now = NOW_MS;
    explorer.open(SECRETS).press("r");
    (dir, explorer)
}

fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    files
        .map(|path| {
            (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap())
        })
        .collect()
}

/// Where the dialogue says that the bundle was written.
fn written(stage: &Stage) -> String {
    match &dialogue(stage).stage {
        Writing::Written(path) => path.clone(),
        other => panic!("{other:?}"),
    }
}

/// What the command writes of the session, with the state and the workspace in a directory.
fn by_command(dir: &Path, asked: ExportRequest) -> BTreeMap<String, Vec<u8>> {
    let request = OpenRequest {
        state_dir: Some(dir.join("state")),
        current_dir: dir.to_owned(),
        ..OpenRequest::default()
    };
    let asked = ExportRequest {
        session_id: Some(SESSION.to_owned()),
        output: Some("by-command".to_owned()),
        workspace: Some(dir.join("workspace").display().to_string()),
        now: NOW_MS,
        ..asked
    };
    files(&export(&request, asked).unwrap().output_dir)
}

#[test]
fn what_is_shown_is_what_key_and_command_write() {
    let (dir, mut stage) = own_state();
    stage.press("x");
    write(&mut stage, "../out");
    let refused = dialogue(&stage).target.clone().unwrap().unwrap_err();
    assert!(refused.contains("must stay inside"), "checked while typing: {refused}");
    stage.press("enter");
    assert_eq!(dialogue(&stage).stage, Writing::Naming, "a refused name is not written to");
    stage.press("backspace backspace backspace backspace backspace backspace");
    write(&mut stage, "by-key");
    stage.press("enter");
    let by_key = files(Path::new(&written(&stage)));
    let by_command = by_command(dir.path(), ExportRequest::default());
    let plan = planned_files(&stage);
    assert!(plan.len() > 4);
    assert!(by_key == plan && by_command == plan, "all three are the same bytes");
    assert!(!by_key.values().any(|bytes| String::from_utf8_lossy(bytes).contains(PLANTED)));
}

#[test]
fn a_bundle_that_is_written_gets_a_second_name() {
    let (_dir, mut stage) = own_state();
    stage.press("x enter esc x");
    let free = dialogue(&stage).target.clone().unwrap().unwrap();
    assert!(free.ends_with("-2"), "{free}");
    assert!(stage.text().contains("already written"), "{}", stage.text());
    stage.press("enter");
    assert!(written(&stage).ends_with(&free));
}

/// Gives the session of a state of ours a name.
fn name_session(dir: &Path, name: &str) {
    let path = dir.join(format!("state/agents/main/sessions/{SESSION}.jsonl"));
    let named = format!(
        "{}{{\"type\":\"session_info\",\"id\":\"99999999\",\"parentId\":\"ee7fc5e3\",\"timestamp\":\"2026-11-19T00:00:00.000Z\",\"name\":\"{name}\"}}\n",
        fs::read_to_string(&path).unwrap(),
    );
    fs::write(&path, named).unwrap();
}

#[test]
fn the_name_of_a_session_is_masked_in_both_titles() {
    let (dir, _) = own_state();
    name_session(dir.path(), &format!("{SECRETS} {PLANTED}"));
    let mut stage = Stage::at(&dir.path().join("state"), (160, 30));
    stage.open(SECRETS).press("r");
    for title in [&preview(&stage).title, &stage.app.state.window_title()] {
        assert!(title.contains("secrets") && !title.contains(PLANTED), "{title}");
    }
}

#[test]
fn a_long_title_makes_way_for_the_profile() {
    let (dir, _) = own_state();
    name_session(dir.path(), &format!("{SECRETS} {}", "and a very long name ".repeat(8)));
    for width in [80, 120] {
        let mut stage = Stage::at(&dir.path().join("state"), (width, 24));
        stage.open(SECRETS).press("r s");
        let text = stage.text();
        let header = text.lines().next().unwrap();
        assert!(header.contains("strict") && header.contains("masked"), "{header}");
    }
}

#[test]
fn the_footer_shows_what_a_review_needs() {
    for width in [80, 100] {
        let mut stage = previewed((width, 24), "r");
        let text = stage.text();
        let footer = text.lines().last().unwrap();
        for key in ["x export", "s strict", "+ mask", "esc back"] {
            assert!(footer.contains(key), "{width}: {footer}");
        }
    }
}

#[test]
fn every_rule_is_one_row() {
    let stage = previewed((120, 40), "r 2");
    let titles: Vec<&str> =
        preview(&stage).findings.groups.iter().map(|group| &*group.title).collect();
    let unique: std::collections::BTreeSet<&str> = titles.iter().copied().collect();
    assert_eq!(unique.len(), titles.len(), "{titles:?}");
}

#[test]
fn below_a_list_stands_what_its_row_means() {
    let mut stage = previewed((80, 24), "r 2");
    let finding =
        planned(&stage).plan.findings[preview(&stage).findings.selected().unwrap()].clone();
    let shown = stage.text();
    for said in [planned(&stage).rule_title(&finding.rule), &finding.rule, "from OpenClaw"] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    // A file has places of several rules: they are counted.
    stage.press("a down");
    assert_eq!(preview(&stage).findings.by.word(), "file");
    assert!(stage.text().contains(" Path in the workspace"), "{}", stage.text());
    assert!(stage.press("3").text().contains("Masked share of a message"));
    // Where there is no room, the list has all of it.
    let mut stage = previewed((80, 15), "r 3");
    assert!(!stage.text().contains("Masked share of a message"), "{}", stage.text());
}

#[test]
fn every_rule_that_masks_in_the_demo_says_what_it_is() {
    for keys in ["r", "r s"] {
        let stage = previewed((80, 24), keys);
        for finding in &planned(&stage).plan.findings {
            let rule = planned(&stage).rules.get(&finding.rule);
            assert!(rule.is_some_and(|rule| !rule.title.is_empty()), "{}", finding.rule);
        }
    }
}

#[test]
fn entries_are_grouped_in_the_order_of_the_session() {
    let stage = previewed((120, 40), "r 2 a a");
    let findings = &planned(&stage).plan.findings;
    let groups = preview(&stage).findings.groups.iter();
    let seqs: Vec<u64> = groups.filter_map(|group| findings[group.found[0]].event_seq).collect();
    assert!(seqs.len() > 10 && seqs.is_sorted(), "{seqs:?}");
}

#[test]
fn the_list_that_is_wanted_may_be_said_while_the_plan_is_made() {
    let mut stage = previewed((120, 40), "");
    let effects = stage.app.handle(Event::Key(Key::char('r')));
    stage.press("3");
    stage.app.run_inline(effects);
    assert_eq!(preview(&stage).view, View::Uncovered);
    assert!(stage.text().contains("BEGIN PRIVATE KEY"), "{}", stage.text());
}

#[test]
fn the_rules_of_the_settings_directory_count_for_key_and_command() {
    let dir = tempfile::tempdir().unwrap();
    let (home, config) = (dir.path().join("state"), dir.path().join("config"));
    lay_out_demo(&home);
    for path in ["workspace", "config/rules"] {
        fs::create_dir_all(dir.path().join(path)).unwrap();
    }
    let rule = |id: &str, shape: &str| format!("[[rule]]\nid = \"{id}\"\nshape = \"{shape}\"\n");
    fs::write(config.join("rules/mine.toml"), rule("mine", "(?i)payments")).unwrap();
    let more = dir.path().join("more.toml");
    fs::write(&more, rule("more", "webhook")).unwrap();
    let mut stage = Stage::at_with(&home, ConfigDir::at(&config), (100, 30));
    stage.app.state.current_dir = dir.path().join("workspace");
    stage.app.state.now = NOW_MS;
    stage.app.state.sharing.rule_files = vec![more.clone()];
    stage.open(SECRETS).press("r");
    let plan = planned_files(&stage);
    assert!(planned(&stage).plan.by_rule().iter().any(|(id, _)| &**id == "mine"));

    let rules = ConfigDir::at(&config).rule_files().unwrap();
    let redaction = Redaction { rules, ..Redaction::default() };
    let asked = ExportRequest { rule_files: vec![more], redaction, ..ExportRequest::default() };
    let by_command = by_command(dir.path(), asked);
    assert!(plan.len() > 4 && by_command == plan, "both are the same bytes");
}

#[test]
fn a_session_that_grew_is_looked_at_again() {
    let (dir, mut stage) = own_state();
    let path = dir.path().join(format!("state/agents/main/sessions/{SESSION}.jsonl"));
    let mut grown = fs::read_to_string(&path).unwrap();
    grown.push_str("{\"type\":\"session_info\",\"id\":\"99999999\",\"parentId\":\"ee7fc5e3\",\"timestamp\":\"2026-11-19T00:00:00.000Z\",\"name\":\"x\"}\n");
    let before = planned(&stage).plan.files.len();
    stage.press("x");
    fs::write(&path, grown).unwrap();
    stage.press("enter");
    assert!(preview(&stage).news.as_ref().is_some_and(|news| news.contains("has changed")));
    assert!(stage.text().contains("has changed"));
    assert!(!dir.path().join("workspace/.openclaw").exists(), "nothing was written");
    assert_eq!(planned(&stage).plan.files.len(), before);
    stage.press("x enter");
    assert!(
        matches!(dialogue(&stage).stage, Writing::Written(_)),
        "after another look it is written"
    );
}

#[test]
fn settings_make_a_new_plan_and_the_view_stays() {
    let mut stage = previewed((120, 40), "r 2 enter down");
    let rows = preview(&stage).findings.rows.len();
    let place = preview(&stage).contents.document;
    let found = planned(&stage).plan.findings.len();
    assert!(rows > 1 && found > 20);
    stage.press("s");
    assert_eq!(planned(&stage).plan.profile, "strict");
    stage.press("s #");
    assert!(preview(&stage).asked.redaction.numbered);
    assert!(
        planned(&stage).plan.findings.iter().any(|one| one.replacement.starts_with("[REDACTED:"))
    );
    let selected = preview(&stage).findings.list.selected;
    stage.press("#");
    assert_eq!(preview(&stage).findings.list.selected, selected);
    stage.press("+");
    write(&mut stage, "Payments fail");
    stage.press("enter");
    assert!(planned(&stage).plan.findings.len() > found);
    assert!(!planned(&stage).plan.files.iter().any(|file| file.text().contains("Payments fail")));
    stage.press("minus");
    assert_eq!(planned(&stage).plan.findings.len(), found);
    assert_eq!(preview(&stage).contents.document, place);
}

#[test]
fn what_stood_there_before_is_shown_while_asked_for_and_never_copied() {
    let mut stage = previewed((200, 50), "r");
    for _ in 0..60 {
        stage.press("n");
        let contents = &preview(&stage).contents;
        let tree = contents.tree.as_ref();
        let row = tree.and_then(|tree| tree.selected()).map(|row| tree.unwrap().pointer(row));
        if row.is_some_and(|row| row.ends_with("/text")) {
            break;
        }
    }
    assert!(!stage.text().contains(PLANTED));
    stage.press("b");
    assert!(stage.text().contains(PLANTED), "{}", stage.text());
    let effects = stage.app.handle(Event::Key(Key::char('y')));
    let copied: Vec<_> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Copy(text) => Some(text),
            _ => None,
        })
        .collect();
    assert!(
        copied.len() == 1 && !copied[0].contains(PLANTED) && copied[0].contains("GITHUB_TOKEN=")
    );
    stage.press("b");
    assert!(!stage.text().contains(PLANTED) && !preview(&stage).before.is_on());
    stage.press("b q q q");
    assert!(stage.app.state.layers.is_empty());
    assert!(!preview(&stage).before.is_on(), "closing lets go of it");
}

#[test]
fn a_place_leads_to_its_entry() {
    let mut stage = previewed((120, 40), "r 1 down down down down enter");
    assert!(preview(&stage).inside);
    stage.press("end o");
    let no_entry = stage.app.state.status.is_some();
    stage.press("home o");
    assert!(no_entry, "the last event belongs to the run");
    assert!(stage.app.state.layers.is_empty());
    assert!(stage.app.state.preview.is_some(), "the preview is kept");
}

#[test]
fn pictures() {
    for (width, height) in [(80, 24), (120, 40), (200, 60)] {
        for (name, keys) in [
            // The digest of the manifest changes with every rule.
            ("files", "r down"),
            ("findings", "r 2 enter down"),
            ("doubts", "r 3 down"),
            ("before", "r 2 enter down b"),
            ("export", "r down x"),
        ] {
            let mut stage = previewed((width, height), keys);
            let frame = stage.draw();
            let name = format!("preview-{name}-{width}x{height}");
            hostile::check(&frame, &name);
            insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(name, text(&frame));
            });
        }
    }
}

#[test]
fn masks_are_seen_without_colour_and_hostile_text_is_tame() {
    let mut stage = previewed((80, 24), "r n");
    let frame = stage.theme("mono").draw();
    let plain = |color| color == ratatui::style::Color::Reset;
    assert!(frame.content.iter().all(|cell| plain(cell.fg) && plain(cell.bg)));
    let marked = frame.content.iter().filter(|cell| cell.symbol() == "$");
    assert!(marked.clone().count() > 0);
    assert!(marked.into_iter().any(|cell| cell.modifier.contains(Modifier::REVERSED)));
    let mut stage = Stage::demo((60, 16));
    stage.open("Rice paper").press("r");
    for key in ["2", "enter", "n", "n", "b", "q", "3", "down"] {
        hostile::check(&stage.press(key).draw(), key);
    }
}

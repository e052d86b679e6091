//! The learning tab on small screens: numbers that scroll, figures that do not run together, filters
//! by keys of their own, and the way back from a session.

use std::path::PathBuf;

use clawscope::app::state::Tab;
use clawscope::app::state::learning::LearningView;
use clawscope::ops::learning::Input;

use super::stage::Stage;

const SMALL: (u16, u16) = (80, 24);

/// The learning tab of the demo after these keys.
fn tab(size: (u16, u16), keys: &str) -> Stage {
    let mut stage = Stage::demo(size);
    stage.press("6").press(keys);
    stage
}

/// The row of the screen with this text.
fn row(shown: &str, part: &str) -> String {
    let found = shown.lines().find(|line| line.contains(part));
    found.unwrap_or_else(|| panic!("no {part:?} in\n{shown}")).to_owned()
}

fn has(stage: &mut Stage, part: &str) {
    let shown = stage.text();
    assert!(shown.contains(part), "no {part:?} in\n{shown}");
}

fn lacks(stage: &mut Stage, part: &str) {
    let shown = stage.text();
    assert!(!shown.contains(part), "{part:?} in\n{shown}");
}

/// An export with these traces and posteriors.
fn export(dir: &tempfile::TempDir, traces: &str, posteriors: &str) -> Input {
    let path: PathBuf = dir.path().join("export.json");
    let text = format!("{{\"traces\":[{traces}],\"posteriors\":[{posteriors}]}}");
    std::fs::write(&path, text).unwrap();
    Input::File(path)
}

const POSTERIOR: &str = r#"{"armId":"tool:fs:Read","alpha":5,"beta":6,"pulls":7,"lastUpdated":1770362297076,"mean":0.45}"#;

#[test]
fn the_numbers_behind_the_charts_scroll_to_their_end() {
    let mut stage = tab(SMALL, "c #");
    lacks(&mut stage, "2026-10-30 00:00");
    stage.press("G");
    has(&mut stage, "2026-10-30 00:00");
    has(&mut stage, "row 26 of 26");
    stage.press("g");
    has(&mut stage, "row 1 of 26");
    has(&mut stage, "all baseline");
    for (key, row) in [("j", "row 2 of"), ("pgdn", "row 1"), ("k", "row 1"), ("ctrl-u", "row ")] {
        stage.press(key);
        has(&mut stage, row);
    }
}

#[test]
fn the_numbers_behind_a_history_scroll_to_its_beginning() {
    let mut stage = tab(SMALL, "enter #");
    lacks(&mut stage, "(before)");
    has(&mut stage, "point 1 of 229");
    stage.press("G");
    has(&mut stage, "(before)");
    has(&mut stage, "point 229 of 229");
    stage.press("k pgup g");
    lacks(&mut stage, "(before)");
    // The runs are there again without the numbers, where they were left.
    stage.press("#");
    has(&mut stage, "300 runs");
}

#[test]
fn every_column_of_numbers_can_be_reached_on_a_small_screen() {
    let arms = "alpha 2.5% 50% 95% 97.5% mean pulls best cost type confidence low,·explore last·updated 11-20·10:22";
    let series = "tokens ± runs ms all·base all·sel active·b active·s row";
    for (keys, titles) in [
        ("#", arms),
        ("enter #", "alpha beta mean 2.5% 97.5% after point since 0.849"),
        ("c #", series),
        ("r #", "tokens ms used incl. model provider channel sess kind"),
    ] {
        let first = "columns 1–";
        let mut stage = tab(SMALL, keys);
        has(&mut stage, first);
        let mut seen = String::new();
        for _ in 0..14 {
            seen.push_str(&stage.text());
            stage.press("right");
        }
        for title in titles.split(' ').map(|title| title.replace('·', " ")) {
            assert!(seen.contains(&title), "{keys}: no {title:?} in {seen}");
        }
        // Back again, one column a key, and only then out of the view.
        for _ in 0..14 {
            if stage.text().contains(first) {
                break;
            }
            stage.press("left");
        }
        has(&mut stage, first);
    }
}

#[test]
fn captions_of_numbers_are_whole() {
    for size in [SMALL, (120, 30)] {
        let mut stage = tab(size, "c #");
        has(&mut stage, "means of all runs and of each day");
    }
    let mut stage = tab(SMALL, "m #");
    let captions = row(&stage.text(), "│ arm ");
    let words: Vec<&str> = captions.split_whitespace().collect();
    for word in ["used", "unused", "excl.", "odd", "absent"] {
        assert!(words.contains(&word), "{captions}");
    }
    assert!(captions.contains("absent "), "{captions}");
    // Numbers stand under the ends of their captions, a column away from the border.
    let line = row(&stage.text(), "gift-wrap");
    assert!(line.contains("291 ") && !line.contains("291│"), "{line}");
}

#[test]
fn an_arm_says_in_full_where_its_history_begins() {
    for size in [SMALL, (120, 40), (200, 60)] {
        has(&mut tab(size, "down down enter"), "replay matches; active since 2026-11-03");
    }
}

#[test]
fn the_smallest_list_of_arms_has_densities() {
    let mut stage = tab(SMALL, "");
    has(&mut stage, "density");
    assert!(row(&stage.text(), "0.378").contains('▁'), "{}", stage.text());
}

#[test]
fn the_numbers_of_runs_are_exact() {
    let mut stage = tab(SMALL, "r");
    lacks(&mut stage, "28,177");
    stage.press("#");
    let shown = row(&stage.text(), "2026-11-20 10:22:35");
    assert!(shown.contains("28,177") && shown.contains("11,421"), "{shown}");
}

#[test]
fn the_detail_tells_of_the_selected_bar_and_day() {
    let mut stage = tab((120, 40), "c");
    lacks(&mut stage, "Nothing is selected");
    has(&mut stage, "84 runs with a total");
    stage.press("down down down down");
    has(&mut stage, "from        2026-11-20");
    has(&mut stage, "11 runs with a total");
    stage.press("left");
    has(&mut stage, "from        2026-11-19");
    // Enter leads to the runs behind it, Esc back.
    stage.press("enter");
    assert_eq!(stage.app.state.learning.view, LearningView::Runs);
    stage.press("esc");
    assert_eq!(stage.app.state.learning.view, LearningView::Charts);
    // Without runs there is no row to move to.
    let dir = tempfile::tempdir().unwrap();
    let mut stage = Stage::learning(export(&dir, "", POSTERIOR), (120, 40));
    has(&mut stage, "none here");
    stage.press("c");
    lacks(&mut stage, "Move to a row");
    has(&mut stage, "posteriors only");
}

#[test]
fn the_order_of_arms_is_said_with_its_direction() {
    let mut stage = tab(SMALL, "");
    has(&mut stage, "by mean ↓");
    stage.press("S");
    has(&mut stage, "by mean ↑");
    stage.press("S s s s s s s s s");
    has(&mut stage, "by name ↑");
    stage.app.state.look.ascii = true;
    has(&mut stage, "by name ^");
}

#[test]
fn every_tab_is_in_the_bar_on_any_screen() {
    for size in [(40, 12), (60, 20), SMALL, (90, 24), (100, 30), (120, 40), (132, 38), (200, 60)] {
        for key in ["1", "2", "3", "4", "5", "6"] {
            let mut stage = Stage::demo(size);
            stage.press(key);
            assert_eq!(stage.app.state.areas.tabs.len(), 6, "{size:?} {key}\n{}", stage.text());
            let bar = stage.text().lines().nth(1).unwrap().to_owned();
            assert!(!bar.contains('…'), "{bar}");
            if size.0 >= 80 {
                assert!(bar.contains("6 Learn"), "{bar}");
            }
            // Nothing is shorter than it must be.
            let pane = bar.split('╮').find(|pane| pane.contains('6')).unwrap_or_default();
            let free = pane.chars().rev().take_while(|sign| *sign == '─');
            let all = ["Transcript", "Timeline", "Tools", "Runs", "Diagnostics", "Learning"];
            let whole = all.iter().all(|name| pane.contains(name));
            assert!(whole || size.0 < 80 || free.count() < 4, "{size:?} {key} {bar}");
        }
    }
}

#[test]
fn odd_figures_keep_to_their_columns() {
    let trace = |id: u32, time: u64, rest: &str| {
        format!(
            r#"{{"traceId":"t{id}","runId":"r{id}","sessionId":"s{id}","timestamp":{time},"isBaseline":false,"context":{{}},"arms":[],{rest}"aborted":false}}"#
        )
    };
    let traces = [
        trace(1, 1_770_362_297_076, r#""usage":{"total":-7},"durationMs":9007199254740993,"#),
        trace(2, 1_770_362_298_076, r#""usage":{"total":1e300},"durationMs":-12,"#),
    ];
    let dir = tempfile::tempdir().unwrap();
    let posteriors =
        format!("{POSTERIOR},{}", POSTERIOR.replace("5,", "-1,").replace("Read", "odd"));
    let input = export(&dir, &traces.join(","), &posteriors);
    let mut stage = Stage::learning(input, SMALL);
    stage.press("r");
    let shown = stage.text();
    let words = |part: &str| {
        let line = row(&shown, part);
        let words = line.split_whitespace().map(str::to_owned);
        words.skip_while(|word| word != "selected").skip(1).take(3).collect::<Vec<_>>()
    };
    assert_eq!(words(" s1"), ["<0", "286ky", "–"], "{shown}");
    assert_eq!(words(" s2"), ["1e300", "<0", "–"], "{shown}");
    // In numbers there are as many digits as there is room for.
    stage.press("#");
    let figures = row(&stage.text(), "2026-02-06 07:18:17");
    assert!(figures.contains(" 9.007e15 "), "{figures}");
    stage.press("#");
    // An arm without a distribution has nothing to draw, and says so.
    stage.press("a / o d d enter enter");
    let plots = row(&stage.text(), "no distribution");
    assert_eq!(plots.matches("no distribution").count(), 2, "{plots}");
}

#[test]
fn esc_leads_from_a_session_back_to_the_run() {
    for (way, view) in [("r down down", LearningView::Runs), ("enter down", LearningView::Arm)] {
        let mut stage = tab((120, 40), way);
        let run = stage.app.state.learning.selected_run();
        assert!(run.is_some());
        stage.press("enter");
        assert_eq!(stage.app.state.tab, Tab::Transcript);
        stage.press("down 2 esc");
        let shown = &stage.app.state;
        assert_eq!((shown.tab, shown.learning.view), (Tab::Learning, view));
        assert_eq!(shown.learning.selected_run(), run);
        // Once back, or gone elsewhere, Esc steps out as it always does.
        stage.press("enter 6 1 esc");
        assert_eq!(stage.app.state.tab, Tab::Transcript);
    }
}

#[test]
fn arms_are_narrowed_to_seeds_and_to_those_with_too_few_pulls() {
    let mut stage = tab(SMALL, "u");
    has(&mut stage, "too few pulls");
    has(&mut stage, "1 arm ");
    has(&mut stage, "return-label");
    stage.press("*");
    has(&mut stage, "seeds, too few pulls");
    has(&mut stage, "No arm is left");
    stage.press("u");
    has(&mut stage, "3 arms");
    stage.press("esc");
    has(&mut stage, "21 arms");
}

#[test]
fn runs_are_narrowed_by_a_key_for_each_kind_and_respect() {
    let mut stage = tab((120, 40), "r");
    let shown = |stage: &Stage| stage.app.state.learning.runs.lines.len();
    for (key, hint, most) in [
        ("b", " baseline ", 100),
        ("A", " aborted ", 20),
        ("e", " failed ", 10),
        ("p", " provider anthropic ", 299),
        ("M", " model claude-sonnet-4-5 ", 299),
        ("C", " channel telegram ", 299),
        ("=", " session 6ca4a1a9", 299),
    ] {
        stage.press("g").press(key);
        has(&mut stage, hint);
        assert!((1..=most).contains(&shown(&stage)), "{key}: {}", shown(&stage));
        stage.press(key);
        assert_eq!(shown(&stage), 300, "{key} again takes it away");
    }
}

#[test]
fn help_and_palette_name_the_keys_of_the_view() {
    let mut stage = Stage::demo((120, 200));
    stage.press("?");
    for part in
        ["Learning", "only arms with too few pulls", "only aborted runs", "only the provider"]
    {
        has(&mut stage, part);
    }
    for (view, own, other) in [
        ("a", "only arms with too few pulls", "only aborted runs"),
        ("r", "only aborted runs", "only arms with too few pulls"),
        ("r", "or the arms of a session", "on the map a run back"),
        ("c", "numbers in the place", "the next sort order"),
    ] {
        let mut stage = tab((120, 60), view);
        stage.press(":");
        stage.press("n u m b e r s");
        has(&mut stage, "numbers in the place");
        stage.press("esc :");
        let items: Vec<&str> = match stage.app.state.layers.last() {
            Some(clawscope::app::state::layer::Layer::Palette(palette)) => {
                palette.items.iter().map(|item| item.help).collect()
            }
            other => panic!("{other:?}"),
        };
        assert!(items.iter().any(|help| help.contains(own)), "{view}: {items:?}");
        assert!(!items.iter().any(|help| help.contains(other)), "{view}: {items:?}");
    }
}

#[test]
fn the_cursor_of_the_map_leaves_its_caption_whole() {
    let mut stage = tab(SMALL, "m");
    for _ in 0..28 {
        let line = row(&stage.text(), "↓");
        let caption = line.split("run ").nth(1).unwrap_or_else(|| panic!("{line}"));
        assert!(caption.contains(" of 300"), "{line}");
        let session = caption.split(" · ").nth(2).and_then(|rest| rest.split(' ').next());
        let session = session.unwrap_or_default().trim_end_matches('…');
        let names = ["agent:main:main:heartbeat", "agent:main:telegram:group:-1002026112000"];
        assert!(names.iter().any(|name| name.starts_with(session)), "{line}");
        stage.press("left");
    }
}

//! Text that attacks the terminal, and frames that must not let it through.

use std::fmt::Write as _;

use clawscope::js::print::is_hidden;
use ratatui::buffer::Buffer;

use super::stage::{Stage, text};

/// Fails when a cell holds a control character or one that reorders text, or when what the cells
/// hold is wider than the row.
pub(crate) fn check(frame: &Buffer, what: &str) {
    for cell in &frame.content {
        let symbol = cell.symbol();
        assert!(!symbol.chars().any(is_hidden), "{what}: {symbol:?} is in a cell");
    }
    for row in text(frame).lines() {
        let columns = clawscope::model::text::columns(row);
        assert!(columns <= usize::from(frame.area.width), "{what}: too wide: {row:?}");
    }
}

const ESCAPES: &str = "\\u001b[2J\\u001b]0;owned\\u0007\\u009b31m\\u202egnp.exe\\u2066\\u0000\\r";
const WIDE: &str = "日本語 👩\u{200d}💻 שלום مرحبا e\u{301}\u{301}\u{301} ｶﾞ ❤\u{fe0f}";

/// A state directory whose one session attacks in every member that is shown, with rows that are
/// no JSON between them.
pub(crate) fn state() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let sessions = dir.path().join("agents/main/sessions");
    std::fs::create_dir_all(&sessions).unwrap();
    let id = "11111111-2222-4333-8444-555555555555";
    let evil = format!("{ESCAPES}{WIDE}");
    let mut rows = format!(
        "{{\"type\":\"session\",\"version\":3,\"id\":\"{id}\",\"timestamp\":\"2026-11-20T09:00:00.000Z\",\"cwd\":\"{evil}\"}}\n"
    );
    let mut parent = "null".to_owned();
    for number in 0..24 {
        let content = match number % 4 {
            0 => format!(
                "\"role\":\"user\",\"content\":\"# {evil} {number}\\n\\n| {evil} | b |\\n|---|---|\\n| x | {evil} |\""
            ),
            1 => format!(
                "\"role\":\"assistant\",\"model\":\"{evil}\",\"stopReason\":\"toolUse\",\"content\":[{{\"type\":\"thinking\",\"thinking\":\"{evil}\"}},{{\"type\":\"toolCall\",\"id\":\"c{number}{evil}\",\"name\":\"{evil}\",\"arguments\":{{\"{evil}\":\"{evil}\",\"path\":\"{evil}\"}}}}]"
            ),
            2 => format!(
                "\"role\":\"toolResult\",\"toolCallId\":\"c{}{evil}\",\"toolName\":\"{evil}\",\"isError\":true,\"content\":[{{\"type\":\"text\",\"text\":\"{evil}\\n\\t{evil}\"}}]",
                number - 1
            ),
            _ => format!(
                "\"role\":\"assistant\",\"stopReason\":\"error\",\"errorMessage\":\"{evil}\",\"content\":[{{\"type\":\"{evil}\",\"x\":\"{evil}\"}}]"
            ),
        };
        // Every ninth row forks off the one before the last.
        let _ = writeln!(
            rows,
            "{{\"type\":\"message\",\"id\":\"e{number}\",\"parentId\":{parent},\"timestamp\":\"2026-11-20T09:00:{number:02}.000Z\",\"message\":{{{content}}}}}"
        );
        if number % 9 != 8 {
            parent = format!("\"e{number}\"");
        }
        if number % 7 == 6 {
            let _ = writeln!(rows, "{{\"no json {WIDE}");
        }
    }
    std::fs::write(sessions.join(format!("{id}.jsonl")), rows).unwrap();
    let index = format!(
        "{{\"agent:main:main\":{{\"sessionId\":\"{id}\",\"updatedAt\":1795170000000,\"label\":\"{evil}\",\"model\":\"{evil}\",\"channel\":\"{evil}\"}}}}"
    );
    std::fs::write(sessions.join("sessions.json"), index).unwrap();
    dir
}

#[test]
fn hostile_text_is_shown_and_never_acts() {
    let copy = state();
    for size in [(80, 24), (120, 40), (31, 9)] {
        let mut stage = Stage::at(copy.path(), size);
        stage.press("enter");
        check(&stage.draw(), "transcript");
        assert!(size.0 < 80 || stage.text().contains('␛'), "escapes are made visible");
        for keys in WALK.split_whitespace() {
            stage.press(keys);
            check(&stage.draw(), keys);
        }
    }
}

/// Keys that lead through every tab, view and layer.
const WALK: &str = "down down v v v V v esc tab tab tab f f f f f 2 down down G f o o o g \
    3 down a enter s s 4 5 tab down shift-tab 1 / 日 enter n n esc i esc ? pgdn esc : l i esc \
    z tab z t B B D D < > [ ] p c b L e E";

#[test]
fn any_size_can_be_drawn() {
    let copy = state();
    for width in [1, 2, 3, 10, 24, 25, 40, 71, 72, 73, 109, 110, 111] {
        for height in [1, 2, 5, 6, 7, 12] {
            let mut stage = Stage::at(copy.path(), (width, height));
            stage.press("enter down");
            check(&stage.draw(), "transcript");
            for keys in ["2", "3", "a", "4", "5", "?", "esc", ":", "esc", "i", "esc", "1", "v", "V"]
            {
                stage.press(keys);
                check(&stage.draw(), keys);
            }
        }
    }
}

#[test]
fn the_plain_set_draws_nothing_but_ascii() {
    let dir = tempfile::tempdir().unwrap();
    let plain = dir.path().join("plain.jsonl");
    let rows = [
        r#"{"type":"session","version":3,"id":"11111111-2222-4333-8444-555555555555","timestamp":"2026-11-20T09:00:00.000Z","cwd":"/w"}"#,
        r#"{"type":"message","id":"a","parentId":null,"timestamp":"2026-11-20T09:00:01.000Z","message":{"role":"user","content":"Look at this rather long line of text that has to be cut somewhere, because no pane is wide enough for it, not even on a very large screen with more than two hundred columns, and there it ends at last, after so many words that say little.\n\n- a\n- b\n\n> quoted\n\n| a | b |\n|---|---|\n| 1 | 2 |"}}"#,
        r#"{"type":"message","id":"b","parentId":"a","timestamp":"2026-11-20T09:00:02.000Z","message":{"role":"assistant","stopReason":"toolUse","usage":{"input":1200,"output":30,"totalTokens":1230},"content":[{"type":"toolCall","id":"c1","name":"exec","arguments":{"command":"ls\nls"}},{"type":"toolCall","id":"c2","name":"edit","arguments":{"path":"a","oldText":"x","newText":"y"}}]}}"#,
        r#"{"type":"message","id":"c","parentId":"b","timestamp":"2026-11-20T09:01:12.000Z","message":{"role":"toolResult","toolCallId":"c1","toolName":"exec","isError":true,"content":[{"type":"text","text":"no\nno\n"}]}}"#,
        r#"{"type":"model_change","id":"d","parentId":"c","timestamp":"2026-11-20T09:01:13.000Z","provider":"p","modelId":"m"}"#,
        r#"{"type":"message","id":"e","parentId":"b","timestamp":"2026-11-20T09:02:02.000Z","message":{"role":"user","content":"Another branch"}}"#,
        "{broken",
    ];
    std::fs::write(&plain, rows.join("\n")).unwrap();
    for size in [(80, 24), (160, 40)] {
        let mut stage = Stage::at(&plain, size);
        stage.app.state.look.ascii = true;
        stage.press("enter");
        for keys in WALK.split_whitespace().filter(|keys| keys.is_ascii()) {
            stage.press(keys);
            let frame = stage.draw();
            let foreign = frame.content.iter().find(|cell| !cell.symbol().is_ascii());
            assert!(foreign.is_none(), "{keys}: {foreign:?} in\n{}", text(&frame));
        }
    }
}

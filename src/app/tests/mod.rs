//! The application driven without a terminal: actions and events in, state out.

mod keys;
mod layers;
mod panes;
mod preview;
mod sessions;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use crate::app::action::Action;
use crate::app::effect::{Effect, Event};
use crate::app::key::Key;
use crate::app::state::State;
use crate::app::state::layout::Size;
use crate::app::state::preview::asked::Sharing;
use crate::app::update::Effects;
use crate::app::{App, Setup};
use crate::config::ConfigDir;
use crate::config::settings::Settings;
use crate::config::theme::Theme;
use crate::model::ids::EntryIx;
use crate::store::Store;
use crate::store::location::{Environment, Request, locate};

/// A user, an answer with two calls (one fails), then a fork into two branches; the second branch
/// is the active one.
const FORKED: &str = r#"{"type":"session","version":3,"id":"s1","timestamp":"2026-03-01T10:00:00.000Z","cwd":"/w"}
{"type":"message","id":"u1","parentId":null,"timestamp":"2026-03-01T10:00:01.000Z","message":{"role":"user","content":"Look at the totals"}}
{"type":"message","id":"a1","parentId":"u1","timestamp":"2026-03-01T10:00:02.000Z","message":{"role":"assistant","stopReason":"toolUse","content":[{"type":"toolCall","id":"c1","name":"read","arguments":{"path":"a.rs"}},{"type":"toolCall","id":"c2","name":"exec","arguments":{"command":"make"}}]}}
{"type":"message","id":"r1","parentId":"a1","timestamp":"2026-03-01T10:00:03.000Z","message":{"role":"toolResult","toolCallId":"c1","toolName":"read","content":[{"type":"text","text":"fn main"}]}}
{"type":"message","id":"r2","parentId":"r1","timestamp":"2026-03-01T10:00:09.000Z","message":{"role":"toolResult","toolCallId":"c2","toolName":"exec","isError":true,"content":[{"type":"text","text":"no rule to make"}]}}
{"type":"message","id":"a2","parentId":"r2","timestamp":"2026-03-01T10:00:10.000Z","message":{"role":"assistant","stopReason":"stop","content":[{"type":"text","text":"The needle is here"}]}}
{"type":"message","id":"u2","parentId":"a2","timestamp":"2026-03-01T10:01:00.000Z","message":{"role":"user","content":"First branch"}}
{"type":"message","id":"b1","parentId":"u2","timestamp":"2026-03-01T10:01:01.000Z","message":{"role":"assistant","stopReason":"stop","content":[{"type":"text","text":"Another needle"}]}}
{"type":"message","id":"u3","parentId":"a2","timestamp":"2026-03-01T10:02:00.000Z","message":{"role":"user","content":"Second branch"}}
{"type":"message","id":"b2","parentId":"u3","timestamp":"2026-03-01T10:02:01.000Z","message":{"role":"assistant","stopReason":"stop","content":[{"type":"text","text":"Done"}]}}
"#;

const SHORT: &str = r#"{"type":"session","version":3,"id":"s2","timestamp":"2026-02-01T10:00:00.000Z","cwd":"/w"}
{"type":"message","id":"x1","parentId":null,"timestamp":"2026-02-01T10:00:01.000Z","message":{"role":"user","content":"Older"}}
not json
"#;

const INDEX: &str = r#"{
"agent:main:main":{"sessionId":"s1","updatedAt":1772359321000,"label":"Totals"},
"agent:main:cron:daily":{"sessionId":"s2","updatedAt":1769940001000,"label":"Daily report"},
"agent:main:gone":{"sessionId":"s3","updatedAt":1769940000000,"label":"Gone"}
}"#;

/// An application on a state directory of its own.
struct Harness {
    app: App,
    dir: tempfile::TempDir,
}

impl Harness {
    /// Everything is read before the test begins.
    fn new() -> Self {
        let mut harness = Self::unread();
        let effects = harness.app.start();
        harness.run(effects);
        harness
    }

    fn unread() -> Self {
        Self::on(&[("s1", FORKED), ("s2", SHORT)], INDEX)
    }

    fn on(transcripts: &[(&str, &str)], index: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let sessions = dir.path().join("agents/main/sessions");
        fs::create_dir_all(&sessions).unwrap();
        fs::write(sessions.join("sessions.json"), index).unwrap();
        for (id, text) in transcripts {
            fs::write(sessions.join(format!("{id}.jsonl")), text).unwrap();
        }
        Self { app: app(dir.path(), Settings::default()), dir }
    }

    /// Adds lines to the transcript of a session.
    fn append(&self, id: &str, lines: &str) {
        let path = self.dir.path().join(format!("agents/main/sessions/{id}.jsonl"));
        let mut file = fs::File::options().append(true).open(path).unwrap();
        file.write_all(lines.as_bytes()).unwrap();
    }

    fn run(&mut self, effects: Effects) -> Effects {
        self.app.run_inline(effects)
    }

    /// Does an action and everything that follows from it; returns what is left for a terminal.
    fn act(&mut self, action: Action) -> Effects {
        let effects = self.app.apply(action);
        self.run(effects)
    }

    /// Presses keys, written as in the key table and separated by blanks.
    fn press(&mut self, keys: &str) -> Effects {
        let mut left = Effects::new();
        for key in keys.split_whitespace() {
            let effects = self.app.handle(Event::Key(Key::parse(key).unwrap()));
            left.extend(self.run(effects));
        }
        left
    }

    /// Types a text.
    fn write(&mut self, text: &str) {
        for char in text.chars() {
            let effects = self.app.handle(Event::Key(Key::char(char)));
            self.run(effects);
        }
    }

    fn state(&self) -> &State {
        &self.app.state
    }

    /// The id of the entry that is selected in the transcript.
    fn entry(&self) -> String {
        let open = self.state().open.as_ref().unwrap();
        let row = open.transcript.outline.rows[open.transcript.list.selected];
        self.id(row.entry)
    }

    fn id(&self, entry: EntryIx) -> String {
        let index = self.state().open.as_ref().unwrap().index.as_ref().unwrap();
        let tables = &index.transcript.as_ref().unwrap().tables;
        tables.entry(entry).unwrap().id.map(|id| tables.text(id).to_owned()).unwrap_or_default()
    }

    fn status(&self) -> &str {
        self.state().status.as_ref().map_or("", |status| &status.text)
    }

    /// Puts the selection of the transcript on an entry.
    fn go_to(&mut self, id: &str) {
        self.act(Action::First);
        for _ in 0..100 {
            if self.entry() == id {
                return;
            }
            self.act(Action::Down);
        }
        panic!("{id} is not shown");
    }
}

fn store(dir: &Path) -> Store {
    let request = Request { path: Some(dir.to_owned()), ..Request::default() };
    let environment = Environment { current_dir: dir.to_owned(), ..Environment::default() };
    Store::open(locate(&request, &environment).unwrap()).unwrap()
}

fn app(dir: &Path, settings: Settings) -> App {
    App::new(Setup {
        store: Arc::new(store(dir)),
        config: ConfigDir::none(),
        settings,
        theme: Theme::built_in("dark").unwrap(),
        zone: jiff::tz::TimeZone::UTC,
        now: 1_772_360_000_000,
        size: Size { width: 120, height: 40 },
        current_dir: std::env::temp_dir(),
        sharing: Sharing::default(),
    })
}

fn copied(effects: &Effects) -> Vec<&str> {
    let texts = effects.iter().filter_map(|effect| match effect {
        Effect::Copy(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

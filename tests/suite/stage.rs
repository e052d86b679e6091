//! The application on a stage: the demo or any other state, driven headless and drawn into buffers.
//!
//! Effects are done at once and without threads, the clock stands still and the settings are those
//! of a first start, so that every frame is the same on every machine.

use std::path::Path;
use std::sync::Arc;

use clawscope::app::action::Action;
use clawscope::app::effect::Event;
use clawscope::app::key::Key;
use clawscope::app::program::{App, Setup};
use clawscope::app::state::layout::Size;
use clawscope::app::state::preview::asked::Sharing;
use clawscope::app::state::sessions::SessionLine;
use clawscope::config::ConfigDir;
use clawscope::config::settings::Settings;
use clawscope::config::theme::Theme;
use clawscope::ops::learning::Input;
use clawscope::store::Store;
use clawscope::store::demo::NOW_MS;
use clawscope::store::location::{ChosenBy, Environment, Location, Request, locate};
use clawscope::ui;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub(crate) struct Stage {
    pub(crate) app: App,
}

impl Stage {
    /// The demo, asked for by name, on a screen of this size.
    pub(crate) fn demo(size: (u16, u16)) -> Self {
        Self::of(Store::open(Location::demo(ChosenBy::DemoFlag)).unwrap(), size)
    }

    /// The state in a directory.
    pub(crate) fn at(path: &Path, size: (u16, u16)) -> Self {
        let request = Request { path: Some(path.to_owned()), ..Request::default() };
        let location = locate(&request, &Environment::default()).unwrap();
        Self::of(Store::open(location).unwrap(), size)
    }

    /// The state in a directory, with settings of its own.
    pub(crate) fn at_with(path: &Path, config: ConfigDir, size: (u16, u16)) -> Self {
        let request = Request { path: Some(path.to_owned()), ..Request::default() };
        let location = locate(&request, &Environment::default()).unwrap();
        Self::configured(Store::open(location).unwrap(), config, size).begin()
    }

    /// The demo, opened on learning data.
    pub(crate) fn learning(input: Input, size: (u16, u16)) -> Self {
        let mut stage =
            Self::set_up(Store::open(Location::demo(ChosenBy::DemoFlag)).unwrap(), size);
        stage.app.open_on_learning(input);
        stage.begin()
    }

    fn of(store: Store, size: (u16, u16)) -> Self {
        Self::set_up(store, size).begin()
    }

    fn set_up(store: Store, size: (u16, u16)) -> Self {
        Self::configured(store, ConfigDir::none(), size)
    }

    fn configured(store: Store, config: ConfigDir, (width, height): (u16, u16)) -> Self {
        Self {
            app: App::new(Setup {
                store: Arc::new(store),
                config,
                settings: Settings::default(),
                theme: Theme::built_in("dark").unwrap(),
                zone: jiff::tz::TimeZone::UTC,
                now: NOW_MS,
                size: Size { width, height },
                current_dir: std::env::temp_dir(),
                sharing: Sharing::default(),
            }),
        }
    }

    fn begin(self) -> Self {
        let mut stage = self;
        let effects = stage.app.start();
        stage.app.run_inline(effects);
        stage.draw();
        stage
    }

    /// Takes another theme.
    pub(crate) fn theme(&mut self, name: &str) -> &mut Self {
        self.app.theme = Theme::built_in(name).unwrap();
        self
    }

    /// Does actions one after the other.
    pub(crate) fn act(&mut self, actions: &[Action]) -> &mut Self {
        for action in actions {
            let effects = self.app.apply(*action);
            self.app.run_inline(effects);
            self.draw();
        }
        self
    }

    /// Presses keys, as the key table writes them, separated by blanks.
    pub(crate) fn press(&mut self, keys: &str) -> &mut Self {
        for key in keys.split_whitespace() {
            let effects = self.app.handle(Event::Key(Key::parse(key).unwrap()));
            self.app.run_inline(effects);
            self.draw();
        }
        self
    }

    /// Opens the first session with these words in its title.
    pub(crate) fn open(&mut self, title: &str) -> &mut Self {
        let state = &self.app.state;
        let wanted = |line: &SessionLine| match line {
            SessionLine::Session { row, .. } => {
                clawscope::app::lines::title(&state.catalogue.rows[*row]).contains(title)
            }
            SessionLine::Agent { .. } => false,
        };
        let at = state.sessions.lines.iter().position(wanted).unwrap();
        while self.app.state.sessions.list.selected != at {
            let up = self.app.state.sessions.list.selected > at;
            self.act(&[if up { Action::Up } else { Action::Down }]);
        }
        self.act(&[Action::Open])
    }

    /// Selects a row of the main pane.
    pub(crate) fn select(&mut self, row: usize) -> &mut Self {
        self.act(&[Action::First]);
        for _ in 0..row {
            self.act(&[Action::Down]);
        }
        self
    }

    /// Draws a frame, and tells the application where things were put.
    pub(crate) fn draw(&mut self) -> Buffer {
        let size = self.app.state.size;
        let area = Rect::new(0, 0, size.width, size.height);
        let mut buf = Buffer::empty(area);
        for _ in 0..2 {
            buf = Buffer::empty(area);
            let areas = ui::render(&self.app.state, &self.app.theme, &mut buf, area);
            let effects = self.app.drawn(areas);
            self.app.run_inline(effects);
        }
        buf
    }

    /// The frame as text.
    pub(crate) fn text(&mut self) -> String {
        text(&self.draw())
    }
}

/// The rows of a buffer, without the cells that wide characters cover.
pub(crate) fn text(buf: &Buffer) -> String {
    let mut out = String::new();
    for y in 0..buf.area.height {
        let mut row = String::new();
        let mut x = 0;
        while x < buf.area.width {
            let symbol = buf[(x, y)].symbol();
            row.push_str(symbol);
            x += (clawscope::model::text::columns(symbol) as u16).max(1);
        }
        out.push_str(row.trim_end());
        out.push('\n');
    }
    out
}

/// Copies the demo's state directory.
pub(crate) fn lay_out_demo(to: &Path) {
    let stage = Stage::demo((80, 24));
    copy(&stage.app.state.place.root, to);
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

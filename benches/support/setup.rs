//! The application as the benches set it up: settings of a first start, a clock that stands still.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use clawscope::app::program::Setup;
use clawscope::app::state::layout::Size;
use clawscope::app::state::preview::asked::Sharing;
use clawscope::config::ConfigDir;
use clawscope::config::settings::Settings;
use clawscope::config::theme::Theme;
use clawscope::store::Store;

/// Columns and rows of the screen.
pub(crate) const SIZE: (u16, u16) = (200, 60);

/// The application on a store, on a screen of [`SIZE`].
pub(crate) fn setup(store: Store) -> anyhow::Result<Setup> {
    Ok(Setup {
        store: Arc::new(store),
        config: ConfigDir::none(),
        settings: Settings::default(),
        theme: Theme::built_in("dark").context("there is no dark theme")?,
        zone: jiff::tz::TimeZone::UTC,
        now: 1_790_000_000_000,
        size: Size { width: SIZE.0, height: SIZE.1 },
        current_dir: PathBuf::new(),
        sharing: Sharing::default(),
    })
}

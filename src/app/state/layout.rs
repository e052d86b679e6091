//! Which panes are shown, and how wide.

use super::Focus;

/// The size of the terminal in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

/// Shares of the screen's width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Splits {
    /// Width of the sessions pane in percent of the screen.
    pub sessions: u16,
    /// Width of the detail pane in percent of the screen.
    pub detail: u16,
    /// The sessions pane is wanted.
    pub show_sessions: bool,
    /// The detail pane is wanted.
    pub show_detail: bool,
    /// The pane beside the main one where there is room for two only.
    pub side: Side,
    /// The pane with the keyboard has the whole screen.
    pub zoom: bool,
}

/// A pane beside the main one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The sessions.
    Sessions,
    /// The detail.
    Detail,
}

/// The panes that are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panes {
    /// The sessions are shown.
    pub sessions: bool,
    /// The main pane is shown.
    pub main: bool,
    /// The detail is shown.
    pub detail: bool,
}

/// Columns from which three panes stand side by side.
const THREE: u16 = 110;
/// Columns from which two panes stand side by side.
const TWO: u16 = 72;
/// The narrowest and the widest share of a side pane, in percent.
const SHARE: std::ops::RangeInclusive<u16> = 12..=60;

impl Splits {
    /// Which panes are shown on a screen of `width` columns while `focus` has the keyboard.
    pub fn panes(self, width: u16, focus: Focus) -> Panes {
        let only = |pane| focus == pane;
        if self.zoom || width < TWO {
            return Panes {
                sessions: only(Focus::Sessions),
                main: only(Focus::Main),
                detail: only(Focus::Detail),
            };
        }
        // A hidden pane comes back for as long as it has the keyboard.
        let sessions = self.show_sessions || only(Focus::Sessions);
        let detail = self.show_detail || only(Focus::Detail);
        if width >= THREE || !(sessions && detail) {
            return Panes { sessions, main: true, detail };
        }
        Panes {
            sessions: self.side == Side::Sessions,
            main: true,
            detail: self.side == Side::Detail,
        }
    }

    /// Makes a side pane wider by so many percent, negative for narrower.
    pub fn widen(&mut self, side: Side, percent: i16) {
        let share = match side {
            Side::Sessions => &mut self.sessions,
            Side::Detail => &mut self.detail,
        };
        *share = share.saturating_add_signed(percent).clamp(*SHARE.start(), *SHARE.end());
        self.leave_room(side);
    }

    /// Puts the border of a side pane into column `x` of a screen of `width` columns.
    pub fn drag(&mut self, side: Side, x: u16, width: u16) {
        let columns = match side {
            Side::Sessions => x.saturating_add(1),
            Side::Detail => width.saturating_sub(x),
        };
        let percent = (u32::from(columns) * 100).div_ceil(u32::from(width.max(1))) as u16;
        let share = match side {
            Side::Sessions => &mut self.sessions,
            Side::Detail => &mut self.detail,
        };
        *share = percent.clamp(*SHARE.start(), *SHARE.end());
        self.leave_room(side);
    }

    /// Keeps a fifth of the screen for the main pane.
    fn leave_room(&mut self, moved: Side) {
        match moved {
            Side::Sessions => self.sessions = self.sessions.min(80 - self.detail.min(60)),
            Side::Detail => self.detail = self.detail.min(80 - self.sessions.min(60)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPLITS: Splits = Splits {
        sessions: 26,
        detail: 32,
        show_sessions: true,
        show_detail: true,
        side: Side::Sessions,
        zoom: false,
    };

    fn shown(splits: Splits, width: u16, focus: Focus) -> [bool; 3] {
        let panes = splits.panes(width, focus);
        [panes.sessions, panes.main, panes.detail]
    }

    #[test]
    fn three_two_or_one_pane_by_width() {
        assert_eq!(shown(SPLITS, 120, Focus::Main), [true, true, true]);
        assert_eq!(shown(SPLITS, 80, Focus::Main), [true, true, false]);
        let detail = Splits { side: Side::Detail, ..SPLITS };
        assert_eq!(shown(detail, 80, Focus::Main), [false, true, true]);
        assert_eq!(shown(SPLITS, 60, Focus::Detail), [false, false, true]);
        let zoom = Splits { zoom: true, ..SPLITS };
        assert_eq!(shown(zoom, 200, Focus::Sessions), [true, false, false]);
    }

    #[test]
    fn the_main_pane_keeps_room() {
        let mut splits = SPLITS;
        splits.drag(Side::Sessions, 110, 120);
        assert_eq!(splits.sessions, 48);
        splits.widen(Side::Detail, -90);
        assert_eq!(splits.detail, 12);
        splits.drag(Side::Detail, 60, 120);
        assert_eq!(splits.detail, 32);
    }
}

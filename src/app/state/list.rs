//! Where a list stands: the selected row and the first visible one.

/// Rows between the selection and the edge of the pane while there are more rows beyond.
const SCROLL_OFF: usize = 2;

/// The scroll position of a list of one-line rows. Holds no rows: every move is given their number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListState {
    /// First visible row.
    pub top: usize,
    /// Selected row; meaningless when the list is empty.
    pub selected: usize,
    /// Visible rows, as the last frame drew them.
    pub height: usize,
}

impl Default for ListState {
    fn default() -> Self {
        Self { top: 0, selected: 0, height: 20 }
    }
}

/// A move in a list or a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// So many rows up.
    Up(usize),
    /// So many rows down.
    Down(usize),
    /// Half a page up.
    HalfPageUp,
    /// Half a page down.
    HalfPageDown,
    /// One page up.
    PageUp,
    /// One page down.
    PageDown,
    /// To the first row.
    First,
    /// To the last row.
    Last,
}

impl Move {
    /// Where a move from `at` leads in a list of `len` rows of which `height` are visible.
    fn lead(self, at: usize, len: usize, height: usize) -> usize {
        let last = len.saturating_sub(1);
        let page = height.saturating_sub(1).max(1);
        let half = (height / 2).max(1);
        let to = match self {
            Self::Up(rows) => at.saturating_sub(rows),
            Self::Down(rows) => at.saturating_add(rows),
            Self::HalfPageUp => at.saturating_sub(half),
            Self::HalfPageDown => at.saturating_add(half),
            Self::PageUp => at.saturating_sub(page),
            Self::PageDown => at.saturating_add(page),
            Self::First => 0,
            Self::Last => last,
        };
        to.min(last)
    }
}

impl ListState {
    /// Moves the selection in a list of `len` rows.
    pub fn go(&mut self, to: Move, len: usize) {
        self.select(to.lead(self.selected, len, self.height), len);
    }

    /// Selects a row of a list of `len` rows and scrolls it into view.
    pub fn select(&mut self, row: usize, len: usize) {
        self.selected = row.min(len.saturating_sub(1));
        self.fit(len);
    }

    /// Brings selection and scroll position back into a list that is now `len` rows long.
    pub fn fit(&mut self, len: usize) {
        self.selected = self.selected.min(len.saturating_sub(1));
        let height = self.height.max(1);
        let margin = SCROLL_OFF.min(height.saturating_sub(1) / 2);
        let lowest_top = (self.selected + margin + 1).saturating_sub(height);
        let highest_top = self.selected.saturating_sub(margin);
        let full = len.saturating_sub(height);
        self.top = self.top.clamp(lowest_top, highest_top.max(lowest_top)).min(full);
    }

    /// Scrolls without moving the selection further than needed to keep it visible.
    pub fn scroll(&mut self, to: Move, len: usize) {
        let height = self.height.max(1);
        self.top = to.lead(self.top, len, height).min(len.saturating_sub(height));
        let margin = SCROLL_OFF.min(height.saturating_sub(1) / 2);
        let (first, last) = (self.top + margin, (self.top + height).saturating_sub(margin + 1));
        let at_start = self.top == 0;
        let at_end = self.top + height >= len;
        let low = if at_start { 0 } else { first };
        let high = if at_end { len.saturating_sub(1) } else { last };
        self.selected = self.selected.clamp(low, high.max(low));
    }

    /// The visible rows of a list of `len` rows.
    pub fn visible(&self, len: usize) -> std::ops::Range<usize> {
        self.top.min(len)..self.top.saturating_add(self.height).min(len)
    }

    /// The rows that are visible or within one page of it.
    pub fn nearby(&self, len: usize) -> std::ops::Range<usize> {
        let visible = self.visible(len);
        visible.start.saturating_sub(self.height)..visible.end.saturating_add(self.height).min(len)
    }
}

/// The scroll position of a text whose length in lines only the last frame knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scroll {
    /// First visible line.
    pub top: usize,
    /// Visible lines, as the last frame drew them.
    pub height: usize,
    /// Lines in all, as the last frame wrapped them.
    pub total: usize,
}

impl Scroll {
    /// Scrolls the text.
    pub fn go(&mut self, to: Move) {
        let to = match to {
            Move::Last => self.total.saturating_sub(self.height),
            other => other.lead(self.top, self.total, self.height),
        };
        self.top = to.min(self.total.saturating_sub(self.height));
    }

    /// Takes over what a frame drew, keeping the position inside the text.
    pub fn drawn(&mut self, height: usize, total: usize) {
        (self.height, self.total) = (height, total);
        self.top = self.top.min(total.saturating_sub(height));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(height: usize) -> ListState {
        ListState { height, ..ListState::default() }
    }

    #[test]
    fn the_selection_keeps_its_distance_from_the_edge() {
        let mut list = list(10);
        list.go(Move::Down(8), 100);
        assert_eq!((list.selected, list.top), (8, 1));
        list.go(Move::Last, 100);
        assert_eq!((list.selected, list.top), (99, 90));
        list.go(Move::Up(8), 100);
        assert_eq!((list.selected, list.top), (91, 89));
        list.go(Move::First, 100);
        assert_eq!((list.selected, list.top), (0, 0));
    }

    #[test]
    fn pages_overlap_by_a_row_and_stop_at_the_ends() {
        let mut list = list(10);
        list.go(Move::PageDown, 15);
        assert_eq!(list.selected, 9);
        list.go(Move::PageDown, 15);
        assert_eq!((list.selected, list.visible(15)), (14, 5..15));
        list.go(Move::HalfPageUp, 15);
        assert_eq!(list.selected, 9);
    }

    #[test]
    fn a_shorter_list_takes_the_selection_along() {
        let mut list = list(5);
        list.go(Move::Last, 50);
        list.fit(3);
        assert_eq!((list.selected, list.top, list.visible(3)), (2, 0, 0..3));
        list.fit(0);
        assert_eq!((list.selected, list.visible(0)), (0, 0..0));
    }

    #[test]
    fn the_wheel_drags_the_selection_only_when_it_leaves_the_view() {
        let mut list = list(10);
        list.select(5, 100);
        list.scroll(Move::Down(3), 100);
        assert_eq!((list.top, list.selected), (3, 5));
        list.scroll(Move::Down(3), 100);
        assert_eq!((list.top, list.selected), (6, 8));
        list.scroll(Move::Up(9), 100);
        assert_eq!((list.top, list.selected), (0, 7));
    }

    #[test]
    fn a_text_scrolls_to_its_last_full_page() {
        let mut scroll = Scroll::default();
        scroll.drawn(10, 25);
        scroll.go(Move::Last);
        assert_eq!(scroll.top, 15);
        scroll.drawn(10, 12);
        assert_eq!(scroll.top, 2);
    }
}

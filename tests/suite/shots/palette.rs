//! The colours of a picture: what a terminal's sixteen names, its index and "reset" look like.
//!
//! Owns both palettes, the colours of the window frame and how modifiers change a cell's colours.

use std::fmt;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// A colour as it is written into the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rgb(pub(super) u8, pub(super) u8, pub(super) u8);

impl Rgb {
    const fn hex(value: u32) -> Self {
        Self((value >> 16) as u8, (value >> 8) as u8, value as u8)
    }

    /// The colour `percent` of the way towards another one.
    pub(super) fn towards(self, other: Self, percent: u16) -> Self {
        let mix = |a: u8, b: u8| {
            let sum = u16::from(a) * (100 - percent) + u16::from(b) * percent;
            ((sum + 50) / 100) as u8
        };
        Self(mix(self.0, other.0), mix(self.1, other.1), mix(self.2, other.2))
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

/// The ground that a terminal's colours are chosen for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ground {
    /// Light letters on a dark ground.
    Dark,
    /// Dark letters on a light ground.
    Light,
}

/// The colours that one cell is drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Paint {
    pub(super) fg: Rgb,
    /// `None` where the window's own ground shows.
    pub(super) bg: Option<Rgb>,
    /// What lies behind the symbol, the window's ground included.
    pub(super) behind: Rgb,
    pub(super) underline: Rgb,
}

/// The colours of the window frame.
pub(super) struct Chrome {
    pub(super) bar: Rgb,
    pub(super) edge: Rgb,
    pub(super) title: Rgb,
}

/// Percentage by which a dim letter fades into its ground.
const DIM: u16 = 45;

/// The sixteen named colours in the order of their SGR numbers.
const DARK: [u32; 16] = [
    0x002b_2f38,
    0x00e0_6c75,
    0x0098_c379,
    0x00e5_c07b,
    0x0061_afef,
    0x00c6_78dd,
    0x0056_b6c2,
    0x00ab_b2bf,
    0x006b_7280,
    0x00f2_8b93,
    0x00b5_e08f,
    0x00f3_d69b,
    0x008a_c7ff,
    0x00dd_9bf0,
    0x007f_d7e2,
    0x00ff_ffff,
];
const LIGHT: [u32; 16] = [
    0x0024_292f,
    0x00cf_222e,
    0x0011_6329,
    0x009a_6700,
    0x0009_69da,
    0x0082_50df,
    0x001b_7c83,
    0x00af_b8c1,
    0x0057_606a,
    0x00a4_0e26,
    0x001a_7f37,
    0x00bf_8700,
    0x0021_8bff,
    0x00a4_75f9,
    0x0031_92aa,
    0x00ff_ffff,
];

impl Ground {
    /// The colour of letters that name none.
    pub(super) const fn foreground(self) -> Rgb {
        match self {
            Self::Dark => Rgb::hex(0x00d4_d8df),
            Self::Light => Rgb::hex(0x0024_292f),
        }
    }

    /// The colour of the window behind the cells.
    pub(super) const fn background(self) -> Rgb {
        match self {
            Self::Dark => Rgb::hex(0x0018_1a1f),
            Self::Light => Rgb::hex(0x00fd_fdfd),
        }
    }

    pub(super) const fn chrome(self) -> Chrome {
        match self {
            Self::Dark => Chrome {
                bar: Rgb::hex(0x0023_262d),
                edge: Rgb::hex(0x003d_424d),
                title: Rgb::hex(0x009a_a1ad),
            },
            Self::Light => Chrome {
                bar: Rgb::hex(0x00ee_f0f2),
                edge: Rgb::hex(0x00c9_ced4),
                title: Rgb::hex(0x0057_606a),
            },
        }
    }

    /// The colours of a cell after its modifiers: reversed first, then dim, as terminals do it.
    pub(super) fn paint(self, cell: &Cell) -> Paint {
        let mut fg = self.colour(cell.fg).unwrap_or(self.foreground());
        let mut bg = self.colour(cell.bg);
        if cell.modifier.contains(Modifier::REVERSED) {
            (fg, bg) = (bg.unwrap_or(self.background()), Some(fg));
        }
        let behind = bg.unwrap_or(self.background());
        if cell.modifier.contains(Modifier::DIM) {
            fg = fg.towards(behind, DIM);
        }
        let underline = self.colour(cell.underline_color).unwrap_or(fg);
        Paint { fg, bg, behind, underline }
    }

    /// A colour as red, green and blue; `None` for the terminal's own.
    fn colour(self, colour: Color) -> Option<Rgb> {
        let index = match colour {
            Color::Reset => return None,
            Color::Rgb(r, g, b) => return Some(Rgb(r, g, b)),
            Color::Indexed(index) => index,
            Color::Black => 0,
            Color::Red => 1,
            Color::Green => 2,
            Color::Yellow => 3,
            Color::Blue => 4,
            Color::Magenta => 5,
            Color::Cyan => 6,
            Color::Gray => 7,
            Color::DarkGray => 8,
            Color::LightRed => 9,
            Color::LightGreen => 10,
            Color::LightYellow => 11,
            Color::LightBlue => 12,
            Color::LightMagenta => 13,
            Color::LightCyan => 14,
            Color::White => 15,
        };
        Some(self.indexed(index))
    }

    /// A colour of xterm's table: 16 names, a cube of 6 × 6 × 6, 24 greys.
    fn indexed(self, index: u8) -> Rgb {
        let names = match self {
            Self::Dark => &DARK,
            Self::Light => &LIGHT,
        };
        if let Some(&name) = names.get(usize::from(index)) {
            return Rgb::hex(name);
        }
        if index >= 232 {
            let grey = 8 + 10 * (index - 232);
            return Rgb(grey, grey, grey);
        }
        let step = |level: u8| if level == 0 { 0 } else { 55 + 40 * level };
        let cube = index - 16;
        Rgb(step(cube / 36), step(cube / 6 % 6), step(cube % 6))
    }
}

//! Themes as data: a style for every role that the interface draws.
//!
//! The four built-in themes are files like any that a person writes; a user's theme file may leave
//! roles out, which then look as in `dark`.

use serde::Deserialize;

use super::Error;

/// A part of the interface with a look of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
#[allow(missing_docs, reason = "the names are the documentation: each is one word of a theme file")]
pub enum Role {
    Text,
    Muted,
    Faint,
    Title,
    Brand,
    Border,
    BorderFocus,
    Selection,
    SelectionIdle,
    Match,
    Key,
    Banner,
    User,
    Assistant,
    Tool,
    System,
    Thinking,
    Ok,
    Error,
    Warning,
    Note,
    Added,
    Removed,
    Heading,
    Code,
    Link,
    JsonKey,
    JsonString,
    JsonNumber,
    JsonWord,
    Branch,
    Label,
    LaneInput,
    LaneModel,
    LaneTools,
    LaneSession,
    Bar,
}

impl Role {
    /// Every role with its name in a theme file, in the order of the enumeration.
    pub const ALL: [(Self, &'static str); 37] = [
        (Self::Text, "text"),
        (Self::Muted, "muted"),
        (Self::Faint, "faint"),
        (Self::Title, "title"),
        (Self::Brand, "brand"),
        (Self::Border, "border"),
        (Self::BorderFocus, "border-focus"),
        (Self::Selection, "selection"),
        (Self::SelectionIdle, "selection-idle"),
        (Self::Match, "match"),
        (Self::Key, "key"),
        (Self::Banner, "banner"),
        (Self::User, "user"),
        (Self::Assistant, "assistant"),
        (Self::Tool, "tool"),
        (Self::System, "system"),
        (Self::Thinking, "thinking"),
        (Self::Ok, "ok"),
        (Self::Error, "error"),
        (Self::Warning, "warning"),
        (Self::Note, "note"),
        (Self::Added, "added"),
        (Self::Removed, "removed"),
        (Self::Heading, "heading"),
        (Self::Code, "code"),
        (Self::Link, "link"),
        (Self::JsonKey, "json-key"),
        (Self::JsonString, "json-string"),
        (Self::JsonNumber, "json-number"),
        (Self::JsonWord, "json-word"),
        (Self::Branch, "branch"),
        (Self::Label, "label"),
        (Self::LaneInput, "lane-input"),
        (Self::LaneModel, "lane-model"),
        (Self::LaneTools, "lane-tools"),
        (Self::LaneSession, "lane-session"),
        (Self::Bar, "bar"),
    ];
}

/// A colour of a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Color {
    /// Whatever the terminal has.
    #[default]
    Default,
    /// A number of the 256-colour table; 0–15 are the terminal's own sixteen.
    Indexed(u8),
    /// Red, green and blue.
    Rgb(u8, u8, u8),
}

/// How a role looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(try_from = "StyleText")]
pub struct Style {
    /// Foreground; `None` leaves what is there.
    pub fg: Option<Color>,
    /// Background; `None` leaves what is there.
    pub bg: Option<Color>,
    /// Bold.
    pub bold: bool,
    /// Dim.
    pub dim: bool,
    /// Italic.
    pub italic: bool,
    /// Underlined.
    pub underline: bool,
    /// Foreground and background exchanged.
    pub reverse: bool,
    /// Struck through.
    pub strike: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct StyleText {
    fg: Option<String>,
    bg: Option<String>,
    bold: bool,
    dim: bool,
    italic: bool,
    underline: bool,
    reverse: bool,
    strike: bool,
}

impl TryFrom<StyleText> for Style {
    type Error = String;

    fn try_from(text: StyleText) -> Result<Self, String> {
        let color = |name: Option<String>| name.map(|name| parse_color(&name)).transpose();
        Ok(Self {
            fg: color(text.fg)?,
            bg: color(text.bg)?,
            bold: text.bold,
            dim: text.dim,
            italic: text.italic,
            underline: text.underline,
            reverse: text.reverse,
            strike: text.strike,
        })
    }
}

fn parse_color(name: &str) -> Result<Color, String> {
    const NAMES: [&str; 8] =
        ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
    let unknown = || format!("unknown colour {name:?}: use a name, 0 to 255, or #rrggbb");
    if name == "default" {
        return Ok(Color::Default);
    }
    if let Some(hex) = name.strip_prefix('#') {
        let number = u32::from_str_radix(hex, 16).map_err(|_| unknown())?;
        if hex.len() != 6 {
            return Err(unknown());
        }
        let [_, red, green, blue] = number.to_be_bytes();
        return Ok(Color::Rgb(red, green, blue));
    }
    let (plain, bright) = match name.strip_prefix("bright-") {
        Some(plain) => (plain, 8),
        None => (name, 0),
    };
    if let Some(at) = NAMES.iter().position(|known| *known == plain) {
        return Ok(Color::Indexed(at as u8 + bright));
    }
    name.parse().map(Color::Indexed).map_err(|_| unknown())
}

/// A complete theme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// Its name.
    pub name: String,
    /// It is made for a dark background.
    pub dark: bool,
    styles: [Style; Role::ALL.len()],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ThemeText {
    name: String,
    #[serde(default = "yes")]
    dark: bool,
    #[serde(default)]
    styles: toml::Table,
}

fn yes() -> bool {
    true
}

/// The built-in themes by name.
const BUILT_IN: [(&str, &str); 4] = [
    ("dark", include_str!("../../assets/themes/dark.toml")),
    ("light", include_str!("../../assets/themes/light.toml")),
    ("high-contrast", include_str!("../../assets/themes/high-contrast.toml")),
    ("mono", include_str!("../../assets/themes/mono.toml")),
];

impl Theme {
    /// The names of the built-in themes.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// A built-in theme.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownTheme`] for any other name.
    pub fn built_in(name: &str) -> Result<Self, Error> {
        let unknown = || Error::UnknownTheme { name: name.to_owned() };
        let (_, text) = BUILT_IN.iter().find(|(known, _)| *known == name).ok_or_else(unknown)?;
        Self::parse(text, name)
    }

    /// Reads a theme file; `place` names it in errors.
    ///
    /// # Errors
    ///
    /// [`Error::Syntax`] for text that is no TOML, an unknown role, attribute or colour.
    pub fn parse(text: &str, place: &str) -> Result<Self, Error> {
        let syntax = |what: String| Error::Syntax { place: place.to_owned(), what };
        let file: ThemeText = toml::from_str(text).map_err(|error| syntax(error.to_string()))?;
        let mut theme =
            Self { name: file.name, dark: file.dark, styles: [Style::default(); Role::ALL.len()] };
        if place != "dark" {
            theme.styles = Self::built_in("dark")?.styles;
        }
        for (name, value) in file.styles {
            let at = Role::ALL.iter().position(|(_, known)| *known == name);
            let style = value
                .try_into::<Style>()
                .map_err(|error| syntax(format!("styles.{name}: {}", error.message())))?;
            match at.and_then(|at| theme.styles.get_mut(at)) {
                Some(slot) => *slot = style,
                None => return Err(syntax(format!("styles.{name}: no such part"))),
            }
        }
        Ok(theme)
    }

    /// How a role looks.
    pub fn style(&self, role: Role) -> Style {
        self.styles.get(role as usize).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_theme_names_every_role() {
        for (name, text) in BUILT_IN {
            let theme = Theme::built_in(name).unwrap();
            assert_eq!(theme.name, name);
            let table: toml::Table = toml::from_str(text).unwrap();
            for (_, role) in Role::ALL {
                assert!(table["styles"].get(role).is_some(), "{name} lacks {role}");
            }
        }
    }

    #[test]
    fn roles_stand_at_their_own_position() {
        for (at, (role, _)) in Role::ALL.into_iter().enumerate() {
            assert_eq!(role as usize, at);
        }
    }

    #[test]
    fn the_theme_without_colour_has_none() {
        let theme = Theme::built_in("mono").unwrap();
        for (role, name) in Role::ALL {
            let style = theme.style(role);
            assert_eq!((style.fg, style.bg), (None, None), "{name}");
        }
    }

    #[test]
    fn colours_are_read_in_all_spellings() {
        assert_eq!(parse_color("bright-red"), Ok(Color::Indexed(9)));
        assert_eq!(parse_color("245"), Ok(Color::Indexed(245)));
        assert_eq!(parse_color("#0a0B0c"), Ok(Color::Rgb(10, 11, 12)));
        assert_eq!(parse_color("default"), Ok(Color::Default));
        for wrong in ["256", "#12345", "pink-ish", "#gggggg"] {
            assert!(parse_color(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_wrong_theme_file_says_where() {
        let text = "name = \"x\"\n[styles]\nerorr = { fg = \"red\" }";
        let error = Theme::parse(text, "mine.toml").unwrap_err().to_string();
        assert!(error.contains("mine.toml") && error.contains("erorr"), "{error}");
        let text = "name = \"x\"\n[styles]\nerror = { fg = \"redd\" }";
        let error = Theme::parse(text, "mine.toml").unwrap_err().to_string();
        assert!(error.contains("styles.error") && error.contains("redd"), "{error}");
    }
}

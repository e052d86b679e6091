//! What the pictures promise: straight columns, closed lines, the same bytes every time.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::Line;

use super::album::Album;
use super::{Look, png, svg};

/// The cells of a picture begin here in the PNG: left and top, in its pixels.
const ORIGIN: (u32, u32) = (16, 64);

fn look() -> Look {
    Look::dark("test")
}

/// A buffer of just these lines.
fn buffer<'a>(lines: impl IntoIterator<Item = Line<'a>>) -> Buffer {
    Buffer::with_lines(lines)
}

fn drawn(text: &str) -> String {
    svg(&buffer([Line::raw(text)]), &look())
}

/// The `d` of the path that fills in this colour.
fn path(svg: &str, fill: &str) -> String {
    let start = format!(r#"fill="{fill}" d=""#);
    let rest = svg.split(&start).nth(1).expect("a path in this colour");
    rest.split('"').next().unwrap_or_default().to_owned()
}

const PLAIN: &str = "#d4d8df";

#[test]
fn letters_have_a_place_each_and_wide_gaps_split_runs() {
    let svg = drawn("ab c   d");
    assert!(
        svg.contains(
            "<text x=\"0 9 18 27\" y=\"15\">ab c</text>\n<text x=\"63\" y=\"15\">d</text>"
        ),
        "{svg}"
    );
}

#[test]
fn wide_symbols_are_centred_in_two_cells() {
    let svg = drawn("a日本b✅");
    for part in [
        r#"<text x="0" y="15">a</text>"#,
        r#"<text class="c" x="18 36" y="15">日本</text>"#,
        r#"<text x="45" y="15">b</text>"#,
        r#"<text class="e" x="63" y="15">✅</text>"#,
    ] {
        assert!(svg.contains(part), "{part} in {svg}");
    }
}

#[test]
fn symbols_of_several_characters_stand_alone() {
    let svg = drawn("ae\u{301}b👩‍💻");
    assert!(
        svg.contains("<text x=\"9\" y=\"15\">e\u{301}</text>\n<text x=\"18\" y=\"15\">b</text>"),
        "{svg}"
    );
    assert!(svg.contains(r#"<text class="e" x="36" y="15">👩‍💻</text>"#), "{svg}");
}

#[test]
fn right_to_left_text_is_one_piece_of_exact_length() {
    let svg = drawn("x שלום עולם");
    assert!(
        svg.contains(r#"<text x="18" y="15" textLength="81" lengthAdjust="spacingAndGlyphs">שלום עולם</text>"#),
        "{svg}"
    );
}

#[test]
fn punctuation_inside_right_to_left_text_belongs_to_it() {
    let svg = drawn("שלום, 12 עולם: x");
    assert!(svg.contains(">שלום, 12 עולם</text>"), "{svg}");
    assert!(svg.contains(r#"<text x="117 126 135" y="15">: x</text>"#), "{svg}");
}

#[test]
fn markup_and_controls_cannot_escape() {
    let mut buffer = buffer([Line::raw("<&>\"x")]);
    buffer[(4, 0)].set_symbol("\u{1}\u{202e}");
    let svg = svg(&buffer, &Look::dark("</title>\u{1b}]0;&"));
    assert!(svg.contains(">&lt;&amp;&gt;&quot;</text>"), "{svg}");
    assert!(svg.contains(">\u{fffd}\u{fffd}</text>"), "{svg}");
    assert!(svg.contains("<title>&lt;/title&gt;\u{fffd}]0;&amp;</title>"), "{svg}");
}

#[test]
fn a_long_title_is_cut_to_the_window() {
    let svg = svg(&buffer([Line::raw(" ".repeat(30))]), &Look::dark("x".repeat(200)));
    let (whole, cut) = ("x".repeat(200), "x".repeat(23));
    assert!(svg.contains(&format!("<title>{whole}</title>")), "{svg}");
    assert!(svg.contains(&format!(">{cut}…</text>")), "{svg}");
}

#[test]
fn modifiers_change_font_colours_and_lines() {
    let styles = [
        Style::new().fg(Color::Red).add_modifier(Modifier::BOLD | Modifier::ITALIC),
        Style::new()
            .fg(Color::Rgb(255, 0, 0))
            .bg(Color::Rgb(0, 0, 255))
            .add_modifier(Modifier::REVERSED),
        Style::new()
            .fg(Color::Rgb(200, 200, 200))
            .bg(Color::Rgb(0, 0, 0))
            .add_modifier(Modifier::DIM),
        Style::new().add_modifier(Modifier::UNDERLINED).underline_color(Color::Indexed(208)),
        Style::new().fg(Color::Indexed(244)).add_modifier(Modifier::CROSSED_OUT),
        Style::new().add_modifier(Modifier::HIDDEN),
    ];
    let mut buffer = buffer([Line::raw("abcdef")]);
    for (x, style) in styles.into_iter().enumerate() {
        buffer.set_style(Rect::new(x as u16, 0, 1, 1), style);
    }
    let svg = svg(&buffer, &look());
    for part in [
        r##"<text class="b i" x="0" y="15" fill="#e06c75">a</text>"##,
        r##"<text x="9" y="15" fill="#0000ff">b</text>"##,
        r##"<text x="18" y="15" fill="#6e6e6e">c</text>"##,
        r#"<text x="27" y="15">d</text>"#,
        r##"<text x="36" y="15" fill="#808080">e</text>"##,
    ] {
        assert!(svg.contains(part), "{part} in {svg}");
    }
    assert_eq!(path(&svg, "#ff0000"), "M9 0h9v20h-9z");
    assert_eq!(path(&svg, "#ff8700"), "M27 17h9v1h-9z");
    assert_eq!(path(&svg, "#808080"), "M36 10h9v1h-9z");
    assert!(!svg.contains(">f<"), "{svg}");
}

#[test]
fn the_same_colour_names_differ_by_ground() {
    let red = buffer([Line::styled("a", Color::Red)]);
    assert!(svg(&red, &Look::dark("")).contains(r##"fill="#e06c75">a"##));
    assert!(svg(&red, &Look::light("")).contains(r##"fill="#cf222e">a"##));
}

#[test]
fn lines_join_across_cells() {
    let svg = svg(&buffer([Line::raw("┌──┐"), Line::raw("│  │"), Line::raw("└──┘")]), &look());
    // One bar for each side of the box, from corner to corner.
    assert_eq!(path(&svg, PLAIN), "M4 9h1v41h-1zM4 9h28v1h-28zM31 9h1v41h-1zM4 49h28v1h-28z");
}

#[test]
fn double_heavy_and_dashed_lines_have_their_shapes() {
    assert_eq!(path(&drawn("╔"), PLAIN), "M3 8h1v12h-1zM3 8h6v1h-6zM5 10h1v10h-1zM5 10h4v1h-4z");
    assert_eq!(path(&drawn("╟"), PLAIN), "M3 0h1v20h-1zM5 0h1v20h-1zM5 9h4v1h-4z");
    assert_eq!(path(&drawn("┏"), PLAIN), "M3 8h3v12h-3zM3 8h6v3h-6z");
    assert_eq!(path(&drawn("╌"), PLAIN), "M0 9h3v1h-3zM4.5 9h3v1h-3z");
}

#[test]
fn rounded_corners_and_diagonals_are_strokes() {
    let svg = drawn("╭╱");
    assert!(svg.contains(r##"<path d="M4.5 20V13.5A4 4 0 0 1 8.5 9.5H9M9 20L18 0" fill="none" stroke="#d4d8df"/>"##), "{svg}");
}

#[test]
fn every_box_character_is_a_shape_and_no_text() {
    for c in ('\u{2500}'..='\u{259f}').chain('\u{2801}'..='\u{28ff}') {
        let svg = drawn(&c.to_string());
        // One path is the title bar's.
        assert_eq!(svg.matches("<path ").count(), 2, "{c}: {svg}");
        assert!(!svg.contains("<text x"), "{c}: {svg}");
    }
}

#[test]
fn blocks_and_braille_fill_their_parts() {
    assert_eq!(path(&drawn("▃"), PLAIN), "M0 12.5h9v7.5h-9z");
    assert_eq!(path(&drawn("▍"), PLAIN), "M0 0h3.5v20h-3.5z");
    assert_eq!(path(&drawn("▟"), PLAIN), "M4.5 0h4.5v10h-4.5zM0 10h9v10h-9z");
    assert_eq!(path(&drawn("⡁"), PLAIN), "M1.5 1.5h2v2h-2zM1.5 16.5h2v2h-2z");
    assert!(drawn("▒").contains("#76797f"), "a shade is a flat mixture");
}

#[test]
fn the_same_buffer_gives_the_same_bytes() {
    let lines = || [Line::styled("│ 日本 ✅ █▌", Color::Cyan), Line::raw("plain")];
    assert_eq!(svg(&buffer(lines()), &look()), svg(&buffer(lines()), &look()));
}

#[test]
fn a_buffer_that_does_not_begin_at_the_corner_is_drawn_whole() {
    let mut moved = Buffer::empty(Rect::new(5, 7, 2, 1));
    moved.set_string(5, 7, "ab", Style::new());
    assert_eq!(svg(&moved, &look()), drawn("ab"));
}

#[test]
fn no_seam_opens_between_cells() {
    let lines = ["██│║", "██│║"].map(|line| Line::styled(line, Color::Rgb(255, 255, 255)));
    let pixels = png::pixels(&svg(&buffer(lines), &look())).expect("a picture");
    let white = |x: u32, y: u32| {
        let pixel = pixels.pixel(ORIGIN.0 + x, ORIGIN.1 + y).expect("inside the picture");
        [pixel.red(), pixel.green(), pixel.blue()] == [255; 3]
    };
    assert!((0..80).all(|y| (0..36).all(|x| white(x, y))), "the blocks are one area");
    for (column, lit) in [(2, vec![8, 9]), (3, vec![6, 7, 10, 11])] {
        for y in 0..80 {
            let row: Vec<u32> = (0..18).filter(|x| white(column * 18 + x, y)).collect();
            assert_eq!(row, lit, "column {column}, row {y}");
        }
    }
}

#[test]
fn the_fonts_hold_what_a_picture_may_show() {
    let lines = [
        "日本語の要約を作成してください。カートの合計「確認」しました！",
        "你好，世界。购物车总价 한국어 안녕하세요 세계 장바구니",
        "✅ ❌ 🎉 🚀 🛒 👍 🐛 🔥 ⚠️ 💥 👩‍💻 ⚠ ✔ ✗ ● ○ ◌ ◇ ▾ ▸ ⊞ → ⋮ … ⌘ ⏎",
        "مرحبا بالعالم שלום עולם Größe naïve λ Привет e\u{301}",
    ];
    png::pixels(&svg(&buffer(lines.map(Line::raw)), &look())).expect("every character has a glyph");
    let error = png::pixels(&drawn("\u{12000}")).err();
    assert_eq!(error.as_deref(), Some("no font has \u{12000} U+12000; see assets/fonts/README.md"));
}

#[test]
fn a_picture_that_differs_names_the_command_that_renews_it() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let album = |renew| Album { directory: directory.path().to_owned(), renew };
    let (old, new) = (buffer([Line::raw("old")]), buffer([Line::raw("new")]));

    let absent = album(false).check("pane", &old, &look()).expect_err("no picture yet");
    assert!(absent.starts_with("screenshots/pane.svg: "), "{absent}");
    assert!(absent.contains("UPDATE_SCREENSHOTS=1 cargo test"), "{absent}");

    assert_eq!(album(true).check("pane", &old, &look()), Ok(()));
    assert_eq!(album(false).check("pane", &old, &look()), Ok(()));
    let png = std::fs::read(directory.path().join("pane.png")).expect("the PNG beside it");
    assert!(png.starts_with(b"\x89PNG"));

    let differs = album(false).check("pane", &new, &look()).expect_err("another text");
    assert!(differs.contains("drawn now: <text x=\"0 9 18\" y=\"15\">new</text>"), "{differs}");
    assert!(differs.contains("UPDATE_SCREENSHOTS=1 cargo test"), "{differs}");
    assert!(album(true).check("../pane", &old, &look()).is_err());
}

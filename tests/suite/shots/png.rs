//! An SVG as a PNG of twice its size, with the fonts of this project and no others.
//!
//! Owns the list of fonts and their order. The system's fonts are never asked: the same SVG must give
//! the same picture on every machine.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{self, FontResolver, fontdb};

/// Pixels of the PNG for each pixel of the SVG.
const SCALE: f32 = 2.0;

/// Draws the document.
///
/// # Errors
/// When the document cannot be read, or when it needs characters that no font has; they are named.
pub(super) fn pixels(svg: &str) -> Result<Pixmap, String> {
    let missing = Mutex::new(BTreeSet::new());
    let options = usvg::Options {
        fontdb: Arc::new(fonts()),
        font_resolver: FontResolver {
            select_font: FontResolver::default_font_selector(),
            select_fallback: recording_fallback(&missing),
        },
        ..usvg::Options::default()
    };
    let tree =
        usvg::Tree::from_str(svg, &options).map_err(|error| format!("unreadable SVG: {error}"))?;
    drop(options);
    let missing = missing.into_inner().map_err(|error| error.to_string())?;
    if !missing.is_empty() {
        let names: Vec<String> =
            missing.iter().map(|&c| format!("{c} U+{:04X}", u32::from(c))).collect();
        return Err(format!("no font has {}; see assets/fonts/README.md", names.join(", ")));
    }
    let size = tree.size().to_int_size().scale_by(SCALE).ok_or("a picture without size")?;
    let mut pixmap = Pixmap::new(size.width(), size.height()).ok_or("a picture without pixels")?;
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixmap.as_mut());
    Ok(pixmap)
}

/// The fonts in the order in which they are asked for a character that the right one lacks.
fn fonts() -> fontdb::Database {
    let mut fonts = fontdb::Database::new();
    for data in [
        dejavu::sans_mono::regular(),
        dejavu::sans_mono::bold(),
        dejavu::sans_mono::oblique(),
        dejavu::sans_mono::bold_oblique(),
        include_bytes!("../../../assets/fonts/NotoSansCJK-subset.otf"),
        include_bytes!("../../../assets/fonts/NotoEmoji-subset.ttf"),
        // Hebrew, and the symbols that the monospaced faces lack.
        dejavu::sans::regular(),
    ] {
        fonts.load_font_data(data.to_vec());
    }
    fonts
}

/// The usual search for another font, which also writes down what it could not find.
fn recording_fallback(missing: &Mutex<BTreeSet<char>>) -> usvg::FallbackSelectionFn<'_> {
    let search = FontResolver::default_fallback_selector();
    Box::new(move |c, tried, fonts| {
        let found = search(c, tried, fonts);
        if found.is_none()
            && let Ok(mut missing) = missing.lock()
        {
            missing.insert(c);
        }
        found
    })
}

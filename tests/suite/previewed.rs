//! The preview of a bundle on the stage: opened, read and typed into.

use std::collections::BTreeMap;

use clawscope::app::effect::Event;
use clawscope::app::key::Key;
use clawscope::app::state::layer::Layer;
use clawscope::app::state::preview::{Export, Planned, Preview};

use super::stage::Stage;

/// A session of the demo that is full of secrets.
pub(crate) const SECRETS: &str = "secrets in the logs";

/// The demo with that session open and keys pressed.
pub(crate) fn previewed(size: (u16, u16), keys: &str) -> Stage {
    let mut stage = Stage::demo(size);
    // A directory that exists everywhere and holds no temporary directory.
    stage.app.state.current_dir = "/usr".into();
    stage.open(SECRETS).press(keys);
    stage
}

pub(crate) fn preview(stage: &Stage) -> &Preview {
    stage.app.state.preview.as_deref().unwrap()
}

pub(crate) fn planned(stage: &Stage) -> &Planned {
    preview(stage).planned.as_deref().unwrap()
}

/// The bytes of the planned files by their names.
pub(crate) fn planned_files(stage: &Stage) -> BTreeMap<String, Vec<u8>> {
    let files = planned(stage).plan.files.iter();
    files.map(|file| (file.name.to_owned(), file.bytes.clone())).collect()
}

/// The dialogue that writes the bundle.
pub(crate) fn dialogue(stage: &Stage) -> &Export {
    match stage.app.state.layers.last() {
        Some(Layer::Export(dialogue)) => dialogue,
        other => panic!("{other:?}"),
    }
}

/// Types a text as it is, blanks included.
pub(crate) fn write(stage: &mut Stage, text: &str) {
    for char in text.chars() {
        let effects = stage.app.handle(Event::Key(Key::char(char)));
        stage.app.run_inline(effects);
    }
    stage.draw();
}

//! What the room promises, tested through its public functions.

mod carriers;
mod gate;
mod golden;
mod layers;
mod literals;
mod masks_and_spares;
mod pairs;
mod properties;
mod strict;

use std::rc::Rc;
use std::sync::LazyLock;

use super::*;
use crate::js::parse::parse_str;
use crate::js::print::to_compact;
use crate::model::finding::Finding;

pub(super) static STANDARD: LazyLock<Rules> =
    LazyLock::new(|| Rules::built_in(Profile::Standard).unwrap());
pub(super) static STRICT: LazyLock<Rules> =
    LazyLock::new(|| Rules::built_in(Profile::Strict).unwrap());

thread_local! {
    // A redactor keeps a ledger, so threads do not share one; every test has its own thread.
    static OF_STANDARD: Rc<Redactor> = Rc::new(Redactor::new(
        &STANDARD,
        Options { homes: homes(), variant: Variant::Database, ..Options::default() },
    ));
    static OF_NUMBERED: Rc<Redactor> = Rc::new(Redactor::new(
        &STANDARD,
        Options { homes: homes(), numbered: true, ..Options::default() },
    ));
    static OF_STRICT: Rc<Redactor> =
        Rc::new(Redactor::new(&STRICT, Options { homes: homes(), ..Options::default() }));
}

pub(super) fn homes() -> Homes {
    Homes {
        homes: vec!["/home/kim".into()],
        state_dirs: vec!["/home/kim/.openclaw".into()],
        workspaces: vec!["/srv/ws".into()],
    }
}

pub(super) fn standard() -> Rc<Redactor> {
    OF_STANDARD.with(Rc::clone)
}

pub(super) fn numbered() -> Rc<Redactor> {
    OF_NUMBERED.with(Rc::clone)
}

pub(super) fn strict() -> Rc<Redactor> {
    OF_STRICT.with(Rc::clone)
}

/// Redacts a document given as text and prints it.
pub(super) fn document(redactor: &Redactor, text: &str) -> (String, Vec<Finding>) {
    let mut value = parse_str(text).unwrap();
    let mut findings = Vec::new();
    redactor.value(&mut value, &mut findings);
    (to_compact(&value), findings)
}

/// A token of a vendor put together here, so that no file holds one that looks live.
pub(super) fn token(prefix: &str, length: usize) -> String {
    let body = "a7Kq2Zx9Lm4Wd8Rb3Tc6Yf1Hg5Jn0Ps".chars().cycle().take(length);
    prefix.chars().chain(body).collect()
}

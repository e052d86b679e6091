//! Opening a state: the one that was named, or the user's own.
//!
//! Who has none may look around in the demo: the explorer opens it by itself, under a banner. A
//! command never does, because what it prints or writes would pass for the user's own.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::store::location::{self, Environment, Location, Request};
use crate::store::{Error, Store};

/// What a person asked to open, and the surroundings in which they asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenRequest {
    /// The PATH argument.
    pub path: Option<PathBuf>,
    /// `--state-dir`.
    pub state_dir: Option<PathBuf>,
    /// `--profile`.
    pub profile: Option<String>,
    /// `--store`.
    pub store: Option<String>,
    /// `--demo`.
    pub demo: bool,
    /// Environment variables.
    pub vars: BTreeMap<String, String>,
    /// The current directory.
    pub current_dir: PathBuf,
}

/// Opens the state that the request chooses.
///
/// # Errors
///
/// What [`location::locate`] says when there is no state, or one was named that cannot be opened.
pub fn open(request: &OpenRequest) -> Result<Store, Error> {
    Store::open(locate(request)?)
}

/// Opens the state that the request chooses, or the embedded demo when nothing is named and the
/// user has no state directory; its location says so.
///
/// # Errors
///
/// What [`location::locate`] says when something was named that cannot be opened.
pub fn open_or_demo(request: &OpenRequest) -> Result<Store, Error> {
    match open(request) {
        Err(Error::NoState { .. }) => {
            let mut store = Store::demo()?;
            store.location.own = location::own_states(&environment(request));
            Ok(store)
        }
        opened => opened,
    }
}

/// What else the configuration of the chosen state wants masked: `logging.redactPatterns`.
///
/// Nothing where there is no state, unless one was named: a text can be masked without.
///
/// # Errors
///
/// As [`open()`], when a state directory or a profile is named.
pub fn redact_patterns(request: &OpenRequest) -> Result<Vec<String>, Error> {
    let is_named = request.state_dir.is_some() || request.profile.is_some();
    match locate(request) {
        Ok(location) => Ok(location.redact_patterns),
        Err(error) if is_named => Err(error),
        Err(_) => Ok(Vec::new()),
    }
}

fn locate(request: &OpenRequest) -> Result<Location, Error> {
    let wanted = Request {
        path: request.path.clone(),
        state_dir: request.state_dir.clone(),
        profile: request.profile.clone(),
        store: request.store.clone(),
        demo: request.demo,
    };
    location::locate(&wanted, &environment(request))
}

fn environment(request: &OpenRequest) -> Environment {
    Environment { vars: request.vars.clone(), current_dir: request.current_dir.clone() }
}

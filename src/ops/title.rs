//! The name of a session where others may look on: masked like everything else that is shared.

use std::sync::{LazyLock, Mutex, PoisonError};

use super::plan::Redaction;
use crate::redact::{Options, Profile, Redactor, Rules};

/// Compiled with the first name that is shown, which takes longer than a frame has; nothing without
/// rules.
static STANDARD: LazyLock<Option<Mutex<Redactor>>> = LazyLock::new(|| {
    let rules = Rules::built_in(Profile::Standard).ok()?;
    Some(Mutex::new(Redactor::new(&rules, Options::default())))
});

/// What stands in the place of a name when there are no rules to mask it by.
const UNNAMED: &str = "session";

/// A session's name masked by the standard rules. Work for a worker: the rules may have to be
/// compiled.
pub fn masked(title: &str) -> String {
    STANDARD.as_ref().map_or_else(
        || UNNAMED.to_owned(),
        // A panic elsewhere leaves the rules as they are.
        |redactor| redactor.lock().unwrap_or_else(PoisonError::into_inner).text(title).0,
    )
}

/// A session's name masked as its bundle is.
pub fn masked_for(redaction: &Redaction, title: &str) -> String {
    let literals = redaction.to_literals();
    let options = || Options { literals, numbered: redaction.numbered, ..Options::default() };
    let rules = redaction.to_rules(&[]);
    rules.map_or_else(|_| masked(title), |rules| Redactor::new(&rules, options()).text(title).0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_masked_as_the_bundle_is() {
        let token = format!("ghp_{}", "6PwZt2Rk8Yd4Vn1Xc7Qm3Lb9Hs5Jf0Ga2Te4");
        let title = format!("look at {token} for Nightjar");
        assert!(!masked(&title).contains(&token) && masked(&title).ends_with("for Nightjar"));
        let redaction = Redaction {
            strict: true,
            literals: vec!["Nightjar".to_owned()],
            ..Redaction::default()
        };
        assert_eq!(masked_for(&redaction, &title), "look at *** for ***");
        assert_eq!(masked("The missing cent"), "The missing cent");
    }
}

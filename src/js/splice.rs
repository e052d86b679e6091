//! Prints a changed value into the text that it was read from.
//!
//! Whatever did not change keeps its spelling: white space, the order of members, numbers with more
//! digits than a double holds, escapes, and members that a later one of the same name shadows.
//! JavaScript's value knows none of these, so the old value, the new one and the text are walked in
//! step: a leaf that is equal in both values is copied from the text, any other is printed.

use std::collections::HashSet;

use rustc_hash::FxHashMap;

use super::parse::parse_str;
use super::print;
use super::text::JsString;
use super::value::{Object, Value};

/// A member that a later one of the same name shadows: it is in the text and not in the value.
/// Given its object as it was read, its name and its value, the function tells the value to print.
pub type Shadowed<'f> = &'f mut dyn FnMut(&Object, &JsString, &Value) -> Value;

/// Prints `after`, which was made from `before`, in the spelling of `text`, from which `before` was
/// read.
///
/// Members of an object may have been renamed, their values changed, and members added behind them;
/// an object that lost members is printed anew.
pub fn splice(text: &str, before: &Value, after: &Value, shadowed: Shadowed<'_>) -> String {
    let mut splicer = Splicer {
        shadows: shadows(text),
        text,
        at: 0,
        out: String::with_capacity(text.len()),
        shadowed,
    };
    splicer.value(before, after);
    splicer.out.push_str(text.get(splicer.at..).unwrap_or_default());
    splicer.out
}

struct Splicer<'t, 'f> {
    text: &'t str,
    /// How much of the text has been taken.
    at: usize,
    out: String,
    /// Where the names of shadowed members start.
    shadows: HashSet<usize>,
    shadowed: Shadowed<'f>,
}

impl Splicer<'_, '_> {
    fn value(&mut self, before: &Value, after: &Value) {
        self.copy_to(blanks(self.text, self.at));
        match (before, after) {
            (Value::Array(was), Value::Array(now)) if was.len() == now.len() => {
                self.copy_to(self.at + 1);
                for (was, now) in was.iter().zip(now) {
                    self.value(was, now);
                    self.copy_separator();
                }
                if was.is_empty() {
                    self.copy_separator();
                }
            }
            (Value::Object(was), Value::Object(now)) if was.len() <= now.len() => {
                self.object(was, now);
            }
            _ if before == after => self.copy_to(value_end(self.text, self.at)),
            _ => {
                self.at = value_end(self.text, self.at);
                self.out.push_str(&print::to_compact(after));
            }
        }
    }

    fn object(&mut self, before: &Object, after: &Object) {
        let pairs = Pairs::new(before, after);
        self.copy_to(self.at + 1);
        loop {
            self.copy_to(blanks(self.text, self.at));
            if self.text.as_bytes().get(self.at) != Some(&b'"') {
                break;
            }
            self.member(&pairs);
            self.copy_to(blanks(self.text, self.at));
            if self.text.as_bytes().get(self.at) != Some(&b',') {
                break;
            }
            self.copy_to(self.at + 1);
        }
        for (number, (name, value)) in after.iter().skip(before.len()).enumerate() {
            if number > 0 || !before.is_empty() {
                self.out.push(',');
            }
            self.out.push_str(&print::to_compact(&Value::String(name.clone())));
            self.out.push(':');
            self.out.push_str(&print::to_compact(value));
        }
        self.copy_to(self.at + 1);
    }

    fn member(&mut self, pairs: &Pairs<'_>) {
        let is_shadow = self.shadows.contains(&self.at);
        let end = value_end(self.text, self.at);
        let name = name_of(self.text.get(self.at..end).unwrap_or_default());
        let Some((was, (new_name, now))) = pairs.get(&name) else {
            return self.copy_to(end);
        };
        if let Some(new_name) = new_name.filter(|new_name| **new_name != name) {
            self.at = end;
            self.out.push_str(&print::to_compact(&Value::String(new_name.clone())));
        }
        self.copy_to(end);
        // The colon and what stands around it.
        self.copy_to(blanks(self.text, self.at));
        self.copy_to(self.at + 1);
        self.copy_to(blanks(self.text, self.at));
        if !is_shadow {
            return self.value(was, now);
        }
        let end = value_end(self.text, self.at);
        let was = parse_str(self.text.get(self.at..end).unwrap_or_default()).unwrap_or_default();
        let now = (self.shadowed)(pairs.before, &name, &was);
        self.value(&was, &now);
    }

    /// Copies a comma or a closing bracket with the white space before it.
    fn copy_separator(&mut self) {
        self.copy_to(blanks(self.text, self.at));
        self.copy_to(self.at + 1);
    }

    fn copy_to(&mut self, end: usize) {
        self.out.push_str(self.text.get(self.at..end).unwrap_or_default());
        self.at = end;
    }
}

/// The old and the new members of an object.
struct Pairs<'v> {
    before: &'v Object,
    after: &'v Object,
    /// Which new member each old one became, where any has another name now.
    renamed: Option<FxHashMap<&'v [u8], (&'v JsString, &'v Value)>>,
}

impl<'v> Pairs<'v> {
    fn new(before: &'v Object, after: &'v Object) -> Self {
        let pairs = || before.keys().zip(after.iter());
        let is_renamed = pairs().any(|(was, (now, _))| was != now);
        let renamed = is_renamed.then(|| pairs().map(|(was, now)| (was.as_bytes(), now)).collect());
        Self { before, after, renamed }
    }

    /// By its old name a member's old value, its new name if names have changed, and its new value.
    fn get(&self, name: &JsString) -> Option<(&'v Value, (Option<&'v JsString>, &'v Value))> {
        let now = match &self.renamed {
            Some(renamed) => {
                let (new_name, now) = renamed.get(name.as_bytes())?;
                (Some(*new_name), *now)
            }
            None => (None, self.after.get_js(name)?),
        };
        Some((self.before.get_js(name)?, now))
    }
}

/// Where the names of members start that a later member of the same object shadows.
fn shadows(text: &str) -> HashSet<usize> {
    let bytes = text.as_bytes();
    let mut found = HashSet::new();
    // The names of the objects that are open, an empty list for an array.
    let mut open: Vec<FxHashMap<JsString, usize>> = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' => open.push(FxHashMap::default()),
            b'}' | b']' => drop(open.pop()),
            b'"' => {
                let end = string_end(bytes, at);
                if bytes.get(blanks(text, end)) == Some(&b':')
                    && let Some(names) = open.last_mut()
                {
                    let name = name_of(text.get(at..end).unwrap_or_default());
                    found.extend(names.insert(name, at));
                }
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// The string that a piece of JSON spells.
fn name_of(spelled: &str) -> JsString {
    match parse_str(spelled) {
        Ok(Value::String(name)) => name,
        _ => JsString::default(),
    }
}

/// Where the white space from `at` on ends.
fn blanks(text: &str, at: usize) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count()
}

/// Where the JSON value that starts at `at` ends.
fn value_end(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    match bytes.get(at) {
        Some(b'"') => string_end(bytes, at),
        Some(b'{' | b'[') => nest_end(bytes, at),
        _ => {
            let rest = bytes.get(at..).unwrap_or_default();
            let is_part =
                |byte: &&u8| !matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r');
            at + rest.iter().take_while(is_part).count()
        }
    }
}

fn nest_end(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0_usize;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at = string_end(bytes, at);
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
        if depth == 0 {
            break;
        }
    }
    at
}

/// Where the string ends whose opening quote stands at `at`.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    at += 1;
    while let Some(found) = memchr::memchr2(b'"', b'\\', bytes.get(at..).unwrap_or_default()) {
        at += found;
        if bytes.get(at) == Some(&b'"') {
            return at + 1;
        }
        at += 2;
    }
    bytes.len()
}

#[cfg(test)]
#[path = "splice_tests.rs"]
mod tests;

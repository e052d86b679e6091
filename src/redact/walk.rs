//! Walks a document and redacts every string, every member of a sensitive name, every medium, and
//! the names of members.
//!
//! There is no budget of nodes and no cut of long lists: what is not masked is all there. A schema of
//! a tool's parameters keeps its shape; a property called `token` is a name, not a secret.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;

use super::arguments;
use super::engine::{self, MEMBER, Redactor, Variant};
use super::mask::{self, REDACTED};
use super::media::{self, Description};
use super::names::{self, Kind};
use super::schema;
use super::tape::Tape;
use crate::js::text::JsString;
use crate::js::value::{Object, Value, different_names};
use crate::js::{pointer, print};
use crate::model::finding::{Finding, Layer};

/// The rule of media that were taken out.
pub(super) const MEDIA: &str = "media-content";

pub(super) fn walk(redactor: &Redactor, value: &mut Value, findings: &mut Vec<Finding>) {
    let mut walker = Walker { redactor, findings, pointer: String::new() };
    walker.value(value, &Context::default());
}

/// What the surroundings of a value say about it.
#[derive(Clone, Copy, Default)]
struct Context<'a> {
    /// The name of the nearest member around it.
    name: &'a str,
    /// Whether it is part of a schema, where names are those of properties.
    schema: bool,
    /// Whether it is part of the schema of a credential, whose samples are not to be shown.
    secret: bool,
    /// Whether it is part of a medium.
    medium: bool,
}

struct Walker<'r, 'f> {
    redactor: &'r Redactor,
    findings: &'f mut Vec<Finding>,
    pointer: String,
}

impl Walker<'_, '_> {
    fn value(&mut self, value: &mut Value, context: &Context<'_>) {
        match value {
            Value::String(string) if self.redactor.is_constant(context.name, string) => {}
            Value::String(string) => {
                let (name, named) = (context.name, !context.schema);
                if let Some((text, findings)) =
                    self.redactor.js_string(string, name, named, &self.pointer)
                {
                    *string = text;
                    self.findings.extend(findings);
                }
            }
            Value::Array(elements) => {
                if !context.schema {
                    self.list(elements);
                    self.pair(elements);
                }
                let length = self.pointer.len();
                for (number, element) in elements.iter_mut().enumerate() {
                    // Writing to a string cannot fail.
                    let _ = write!(self.pointer, "/{number}");
                    self.value(element, context);
                    self.pointer.truncate(length);
                }
            }
            Value::Object(object) => self.object(object, context),
            Value::Number(number)
                if !context.schema && self.redactor.kind(context.name) == Kind::Sensitive =>
            {
                let hidden = crate::js::number::to_json(*number);
                self.member_mask(value, &hidden);
            }
            Value::Number(_) | Value::Bool(_) | Value::Null => {}
        }
    }

    /// Hides what the strings of a list hide only together. A list with anything else in it is none
    /// of arguments or lines.
    fn list(&mut self, elements: &mut [Value]) {
        let carried: Vec<Cow<'_, str>> = elements.iter().map_while(text_of).collect();
        if carried.len() != elements.len() {
            return;
        }
        let texts: Vec<&str> = carried.iter().map(AsRef::as_ref).collect();
        for (number, changes) in arguments::hidden(self.redactor, &texts) {
            let Some(Value::String(string)) = elements.get_mut(number) else {
                continue;
            };
            let mut tape = Tape::new(engine::carried(string), Layer::Masking);
            tape.apply(changes);
            let pointer = Arc::from(format!("{}/{number}", self.pointer));
            let (text, findings) = self.redactor.finished(tape, &pointer);
            *string = engine::uncarried(text, string);
            self.findings.extend(findings);
        }
    }

    /// Hides the second string of a list whose first is its name.
    fn pair(&mut self, elements: &mut [Value]) {
        let [Value::String(name), value] = elements else { return };
        let (name, hidden) = (engine::carried(name), text_of(value).unwrap_or_default());
        if names::are_pair(&name, &hidden) {
            let hidden = hidden.into_owned();
            self.inside("1", |walker| walker.member_mask(value, &hidden));
        }
    }

    /// Does something one step deeper in the document.
    fn inside(&mut self, token: &str, step: impl FnOnce(&mut Self)) {
        let length = self.pointer.len();
        pointer::push(&mut self.pointer, token);
        step(self);
        self.pointer.truncate(length);
    }

    fn replaced(&mut self, hidden: &str, replacement: &str, rule: &str, layer: Layer) -> Value {
        let pointer = Arc::from(self.pointer.as_str());
        self.findings.push(self.redactor.whole(hidden, replacement, rule, layer, &pointer));
        Value::from(replacement)
    }

    /// Masks a value because of what stands around it, unless that was done before.
    fn member_mask(&mut self, value: &mut Value, hidden: &str) {
        if !mask::is_blank_mask(hidden) && !mask::is_hint(hidden) {
            let replacement = self.redactor.member_mask(hidden);
            *value = self.replaced(hidden, &replacement, MEMBER, Layer::Masking);
        }
    }

    fn object(&mut self, object: &mut Object, context: &Context<'_>) {
        if self.redactor.variant == Variant::Database {
            self.drop_replay(object);
        }
        // First: findings in the members tell of the names that are shown.
        let names = self.names(object);
        if self.pointer == TALLY && object.values().all(is_count) {
            return rebuild(object, names, Vec::new(), self.redactor.variant);
        }
        let medium = context.medium || media::is_medium(object) || media::is_plain_image(object);
        let paired = if context.schema { None } else { name_of_value(object) };
        let (oauth, web_key) = (is_oauth(object), object.contains_key("kty"));
        let share = names::is_public_share(context.name);
        let cookie = object.keys().any(|name| names::marks_cookie(&name.to_str_lossy()));
        let mut described = Vec::new();
        for (at, (name, value)) in object.iter_mut().enumerate() {
            let plain = name.to_str_lossy();
            let member = Member {
                name: &plain,
                medium,
                paired: paired.as_deref().filter(|_| names::holds_pair(&plain)),
                secret: cookie && names::holds_pair(&plain)
                    || oauth && plain.eq_ignore_ascii_case("code")
                    || share && plain.eq_ignore_ascii_case("id")
                    || web_key && PRIVATE_PARTS.contains(&&*plain),
            };
            let shown = names.get(at).map_or_else(|| plain.clone(), JsString::to_str_lossy);
            let mut found = None;
            self.inside(&shown, |walker| {
                found = walker.member(value, &member, context);
            });
            described.extend(found.map(|description| (at, description)));
        }
        rebuild(object, names, described, self.redactor.variant);
    }

    /// Takes out what a provider wants to be given again, which releases with databases leave out of
    /// bundles: it is opaque, so nothing could be found in it.
    fn drop_replay(&mut self, object: &mut Object) {
        const NAME: &str = "providerReplay";
        if let Some(value) = object.remove(NAME) {
            let hidden = print::to_compact(&value);
            self.inside(NAME, |walker| {
                walker.replaced(&hidden, "", "provider-replay", Layer::Payload);
            });
        }
    }

    /// Handles one member; tells what was taken out of it if it held a medium.
    fn member(
        &mut self,
        value: &mut Value,
        member: &Member<'_>,
        context: &Context<'_>,
    ) -> Option<Description> {
        let mut medium = member.medium;
        if context.schema {
            if context.secret && schema::holds_samples(member.name) {
                self.samples(value);
                return None;
            }
        } else {
            let kind = self.redactor.kind(member.paired.unwrap_or(member.name));
            if kind == Kind::Credential {
                if self.credential(value) {
                    return None;
                }
            } else if member.secret && matches!(value, Value::String(_) | Value::Number(_)) {
                let hidden = text_of(value)
                    .map_or_else(|| print::to_compact(value), std::borrow::Cow::into_owned);
                self.member_mask(value, &hidden);
                return None;
            }
            if media::is_content(member.name, member.medium) {
                if let Some(outcome) = self.content(value, member.name) {
                    return outcome;
                }
                // What names content and holds an object is a medium, too.
                medium = true;
            }
        }
        let is_property = context.schema && context.name == "properties";
        let secret = if is_property {
            matches!(self.redactor.kind(member.name), Kind::Credential | Kind::Sensitive)
        } else {
            context.secret && member.name != "properties"
        };
        let schema = context.schema || member.name == "properties" && schema::is_properties(value);
        let name = member.paired.unwrap_or(member.name);
        self.value(value, &Context { name, schema, secret, medium });
        None
    }

    /// Masks the strings that a schema gives as values of a credential.
    fn samples(&mut self, value: &mut Value) {
        match value {
            Value::String(text) if !text.is_empty() => {
                let hidden = engine::carried(text).into_owned();
                self.member_mask(value, &hidden);
            }
            Value::Array(elements) => {
                for (number, element) in elements.iter_mut().enumerate() {
                    self.inside(&number.to_string(), |walker| walker.samples(element));
                }
            }
            _ => {}
        }
    }

    /// Replaces the value of a member that holds a credential; says whether that settles it.
    ///
    /// OpenClaw removes such members; here the reader sees that one was there.
    fn credential(&mut self, value: &mut Value) -> bool {
        let hidden = match &*value {
            Value::Null | Value::Bool(_) => return true,
            Value::String(text) => text.to_str_lossy().into_owned(),
            other => print::to_compact(other),
        };
        if mask::is_blank_mask(&hidden) || mask::is_hint(&hidden) {
            return true;
        }
        let replacement = self.redactor.payload_mask(&hidden);
        *value = self.replaced(&hidden, &replacement, MEMBER, Layer::Payload);
        true
    }

    /// Takes the content of a medium out. Nothing when the value is to be walked like any other;
    /// else the description that goes beside it, if there is one.
    #[expect(
        clippy::option_option,
        reason = "whether it was content and whether it can be described are two questions"
    )]
    fn content(&mut self, value: &mut Value, name: &str) -> Option<Option<Description>> {
        let (hidden, description) = match &*value {
            Value::String(text) if text == REDACTED => return Some(None),
            Value::String(text) => {
                let text = text.to_str_lossy().into_owned();
                let description = Description::of_text(&text);
                (text, (!media::is_address(name)).then_some(description))
            }
            Value::Array(elements) => (print::to_compact(value), Description::of_bytes(elements)),
            Value::Object(_) if media::is_address(name) || names::normal(name) == "b64json" => {
                (print::to_compact(value), None)
            }
            _ => return None,
        };
        *value = self.replaced(&hidden, REDACTED, MEDIA, Layer::Payload);
        Some(description)
    }

    /// Layer K: what the members are called from now on, made different again where masking made
    /// names equal; nothing when all stay as they are.
    fn names(&mut self, object: &Object) -> Vec<JsString> {
        let renamed: Vec<Option<JsString>> = object.keys().map(|name| self.name(name)).collect();
        if renamed.iter().all(Option::is_none) {
            return Vec::new();
        }
        let names = object.keys().zip(renamed);
        different_names(names.map(|(name, renamed)| renamed.unwrap_or_else(|| name.clone())))
    }

    fn name(&mut self, name: &JsString) -> Option<JsString> {
        let text = engine::carried(name);
        // Nothing shorter can hold a secret or a path.
        if text.len() < 8 && !text.contains('/') || self.redactor.structure.contains(&&*text) {
            return None;
        }
        let (now, findings) = self.redactor.key(&text, &self.pointer)?;
        self.findings.extend(findings);
        Some(engine::uncarried(now, name))
    }
}

/// Gives the members their new names, if there are any, and puts size and digest beside what was
/// taken out of them, which is told by their places in order: right behind it as releases with
/// databases do, or at the end unless they are there already, as releases with file stores do.
fn rebuild(
    object: &mut Object,
    names: Vec<JsString>,
    described: Vec<(usize, Description)>,
    variant: Variant,
) {
    if names.is_empty() && described.is_empty() {
        return;
    }
    let first = described.first().map(|(_, description)| description.clone());
    let mut described = described.into_iter().peekable();
    let mut names = names.into_iter();
    let mut members = Object::new();
    for (at, (name, value)) in std::mem::take(object).into_iter().enumerate() {
        members.insert(names.next().unwrap_or(name), value);
        if let Some((_, description)) = described.next_if(|(of, _)| *of == at)
            && variant == Variant::Database
        {
            members.insert("bytes", description.bytes);
            members.insert("sha256", description.sha256);
        }
    }
    if let (Variant::Files, Some(description)) = (variant, first) {
        if !members.contains_key("bytes") {
            members.insert("bytes", description.bytes);
        }
        if !members.contains_key("sha256") {
            members.insert("sha256", description.sha256);
        }
    }
    *object = members;
}

fn text_of(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(string) => Some(engine::carried(string)),
        _ => None,
    }
}

/// A member and what its siblings say about it.
struct Member<'a> {
    name: &'a str,
    /// Whether its object is a medium.
    medium: bool,
    /// What the member beside it calls it, if it is the value of a pair.
    paired: Option<&'a str>,
    /// Whether the members beside it make it a secret: the code of OAuth, the private parts of a
    /// JSON web key, the value of a cookie, the id of what is shared with everybody.
    secret: bool,
}

/// The name of the member `value` or `val` of an object like `{"name": "API_KEY", "value": …}`.
fn name_of_value(object: &Object) -> Option<String> {
    let is_value = |name: &JsString| name.as_str().is_some_and(names::holds_pair);
    let telling = |(name, value): (&JsString, &Value)| {
        let text = value.as_str().filter(|_| name.as_str().is_some_and(names::names_pair))?;
        (names::kind(text) != Kind::Plain).then(|| text.to_owned())
    };
    object.iter().find_map(telling).filter(|_| object.keys().any(is_value))
}

/// The private parts of a JSON web key (RFC 7518, section 6).
const PRIVATE_PARTS: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "k"];

/// Members that stand beside an authorization code.
const OAUTH: [&str; 7] = [
    "client_id",
    "clientId",
    "redirect_uri",
    "redirectUri",
    "grant_type",
    "grantType",
    "code_verifier",
];

fn is_oauth(object: &Object) -> bool {
    OAUTH.iter().any(|name| object.contains_key(name))
}

/// Where the manifest of a bundle tells how often each rule, some of which have the name of a
/// credential, masked something.
const TALLY: &str = "/redactions/byRule";

fn is_count(value: &Value) -> bool {
    matches!(value, Value::Number(number) if *number < 1e9)
}

impl Redactor {
    /// Masks the name of a member, or nothing when it stays.
    fn key(&self, name: &str, pointer: &str) -> Option<(String, Vec<Finding>)> {
        if !self.name_may_match(name) {
            return None;
        }
        let mut tape = Tape::new(name, Layer::Keys);
        self.layers(&mut tape);
        tape.is_changed().then(|| self.finished(tape, &Arc::from(pointer)))
    }
}

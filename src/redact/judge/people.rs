//! Tells e-mail addresses and handles from what looks like one in source code.

use super::Catch;

/// `pkg@1.2.3.io` and `git@github.com` are none.
pub(super) fn email(value: &str) -> bool {
    let (user, domain) = value.split_once('@').unwrap_or_default();
    let version = domain
        .split('.')
        .next()
        .is_some_and(|first| !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_digit()));
    !version && user != "git"
}

/// Tags of documentation comments, decorators and annotations that look like handles, in small letters.
const TAGS: &[&str] = &[
    "param",
    "params",
    "return",
    "returns",
    "throws",
    "deprecated",
    "example",
    "default",
    "media",
    "import",
    "override",
    "property",
    "private",
    "public",
    "protected",
    "internal",
    "author",
    "since",
    "version",
    "types",
    "typedef",
    "template",
    "charset",
    "keyframes",
    "supports",
    "pytest",
    "staticmethod",
    "classmethod",
    "dataclass",
    "latest",
    "test",
    "beforeeach",
    "aftereach",
    "autowired",
    "component",
    "inject",
    "injectable",
    "nullable",
    "notnull",
    "nonnull",
    "entity",
    "column",
    "table",
    "service",
    "controller",
    "restcontroller",
    "repository",
    "bean",
    "suppresswarnings",
    "functionalinterface",
    "getter",
    "setter",
    "data",
    "builder",
    "safevarargs",
    "documented",
    "retention",
    "target",
    "overload",
    "abstractmethod",
    "cached_property",
    "contextmanager",
    "wraps",
    "fixture",
    "mainactor",
    "objc",
    "published",
    "state",
    "binding",
    "environment",
    "observable",
    "input",
    "output",
    "viewchild",
    "see",
    "link",
    "code",
    "inheritdoc",
    "todo",
    "constructor",
    "memberof",
    "namespace",
    "generated",
    "license",
    "preserve",
    "copyright",
    "format",
    "flow",
    "module",
    "method",
    "event",
    "summary",
    "file",
    "fileoverview",
    "brief",
    "note",
    "warning",
    "details",
    "ingroup",
    "defgroup",
    "tparam",
    "retval",
    "exception",
    "throw",
    "beta",
    "alpha",
    "experimental",
    "readonly",
    "callback",
    "extends",
    "implements",
    "augments",
    "remarks",
    "everyone",
    "channel",
];

/// Words with which the line behind an annotation goes on.
const DECLARATIONS: [&str; 28] = [
    "def",
    "class",
    "async",
    "fn",
    "func",
    "fun",
    "function",
    "pub",
    "public",
    "private",
    "protected",
    "internal",
    "static",
    "final",
    "abstract",
    "override",
    "open",
    "sealed",
    "data",
    "enum",
    "struct",
    "interface",
    "record",
    "val",
    "var",
    "let",
    "const",
    "export",
];

/// Whether `@word` is somebody's handle.
pub(super) fn handle(catch: &Catch<'_>) -> bool {
    let tag = catch.value.to_ascii_lowercase();
    !(TAGS.contains(&tag.trim_start_matches('@'))
        || is_package(catch.after)
        || is_annotation(catch)
        || is_documentation(catch)
        || is_macro_rule(catch)
        || is_variable(catch)
        || is_of_url(catch)
        || catch.after.starts_with(['.', '('])
        || catch.after.starts_with(|char: char| char.is_ascii_alphanumeric()))
}

/// `@scope/package-name` of a package registry.
fn is_package(after: &str) -> bool {
    let name = after.strip_prefix('/').unwrap_or_default();
    name.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit())
}

/// A decorator: alone on its line, and the next line declares something or has another one.
fn is_annotation(catch: &Catch<'_>) -> bool {
    let line = catch.before.rsplit(['\n', '\r']).next().unwrap_or_default();
    let next = catch.after.trim_start_matches([' ', '\t', '\r']).strip_prefix('\n');
    let next = next.unwrap_or_default().trim_start_matches([' ', '\t']);
    let word = next.split(|char: char| !char.is_ascii_alphabetic()).next().unwrap_or_default();
    line.trim().is_empty() && (DECLARATIONS.contains(&word) || next.starts_with('@'))
}

/// How far back the start of a documentation comment is looked for, in bytes.
const COMMENT: usize = 4096;

/// ` * @count: the number of bytes`: the first word of a line of a documentation comment.
fn is_documentation(catch: &Catch<'_>) -> bool {
    let line = catch.before.rsplit(['\n', '\r']).next().unwrap_or_default();
    let from = catch.before.len().saturating_sub(COMMENT);
    let from = (from..=catch.before.len()).find(|at| catch.before.is_char_boundary(*at));
    let near = from.and_then(|from| catch.before.get(from..)).unwrap_or_default();
    let is_open = ["/**", "/*!"]
        .iter()
        .filter_map(|sign| near.rfind(sign))
        .max()
        .is_some_and(|start| near.get(start..).is_some_and(|inside| !inside.contains("*/")));
    is_open
        && line
            .trim_start_matches(|char: char| char.is_whitespace() || "/*!".contains(char))
            .is_empty()
}

/// `(@list $item:expr)`: the first word of a rule of a macro, and its call.
fn is_macro_rule(catch: &Catch<'_>) -> bool {
    let goes_on = catch.after.trim_start_matches([' ', ';', ',', '[', '(', '{']);
    catch.before.ends_with(['(', '[', '{']) && goes_on.starts_with('$')
}

/// Words of Perl and SQL behind which a variable stands.
const BEFORE_VARIABLES: [&str; 30] = [
    "my",
    "our",
    "local",
    "push",
    "pop",
    "shift",
    "unshift",
    "splice",
    "sort",
    "map",
    "grep",
    "foreach",
    "scalar",
    "join",
    "wantarray",
    "delete",
    "exists",
    "keys",
    "values",
    "select",
    "set",
    "declare",
    "into",
    "where",
    "and",
    "or",
    "fetch",
    "exec",
    "then",
    "print",
];

/// `my @rec = …`, `@EXPORT`, `SELECT @age`: a list of Perl, or a variable of SQL.
fn is_variable(catch: &Catch<'_>) -> bool {
    let line = catch.before.rsplit(['\n', '\r']).next().unwrap_or_default();
    let word = line
        .trim_end_matches([' ', '\t', '('])
        .rsplit(|char: char| !char.is_ascii_alphanumeric())
        .next()
        .unwrap_or_default();
    let is_sql = || {
        let words = ["SELECT ", "WHERE ", "DECLARE ", "EXEC ", "VALUES", "UPDATE ", "INSERT "];
        words.iter().any(|word| line.contains(word))
    };
    let is_code = catch.after.trim_start().starts_with(['=', '{', '}'])
        || catch.after.starts_with(") {")
        || catch.after.starts_with(';') && !line.contains(' ');
    let name = catch.value.trim_start_matches('@');
    let is_constant = name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    // `and @kim` is prose, `AND @age` is not.
    let is_said = ["and", "or", "then", "set", "into", "where", "keys", "values"].contains(&word)
        || ["select", "print", "join", "delete"].contains(&word);
    let is_before = BEFORE_VARIABLES.iter().any(|known| word.eq_ignore_ascii_case(known));
    is_constant || is_code || is_sql() || is_before && !is_said
}

/// `user:***@host`: behind the user in an address, or behind what was masked.
fn is_of_url(catch: &Catch<'_>) -> bool {
    let word = catch.before.rsplit(char::is_whitespace).next().unwrap_or_default();
    word.contains("://") || word.ends_with(['*', '…'])
}

/// Whether a long number may say who somebody is: no decimal fraction and no power of two or ten, as
/// constants of source code are.
pub(super) fn is_id(catch: &Catch<'_>) -> bool {
    let ends_in_digit = |text: &str| text.ends_with(|last: char| last.is_ascii_digit());
    let is_fraction = catch.before.strip_suffix('.').is_some_and(ends_in_digit);
    let is_power = catch.value.parse::<u64>().is_ok_and(|number| {
        let is_near = number.is_power_of_two() || number.wrapping_add(1).is_power_of_two();
        is_near || catch.value.trim_end_matches('0') == "1"
    });
    !is_fraction && !is_power
}

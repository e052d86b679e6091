//! JSON schemas of the parameters of tools: their names are those of properties, not of data.

use crate::js::value::Value;

/// Whether a value is the `properties` of a JSON schema: an object of schemas.
pub(super) fn is_properties(value: &Value) -> bool {
    let is_schema = |value: &Value| match value {
        Value::Bool(_) => true,
        Value::Object(object) => {
            object.is_empty()
                || [
                    "type",
                    "$ref",
                    "anyOf",
                    "oneOf",
                    "allOf",
                    "enum",
                    "const",
                    "description",
                    "items",
                    "properties",
                ]
                .iter()
                .any(|name| object.contains_key(name))
        }
        _ => false,
    };
    value.as_object().is_some_and(|object| !object.is_empty() && object.values().all(is_schema))
}

/// Whether a member of a schema holds values that the property can have.
pub(super) fn holds_samples(name: &str) -> bool {
    matches!(name, "default" | "const" | "enum" | "example" | "examples")
}

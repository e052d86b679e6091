//! Tests of objects: the order of members, and that small and large objects behave alike.

use super::*;

fn keys(object: &Object) -> Vec<String> {
    object.keys().map(|name| name.to_str_lossy().into_owned()).collect()
}

#[test]
fn integer_like_names_come_first_in_ascending_order() {
    let names = ["b", "10", "a", "2", "01", "4294967295", "4294967294", "-1", "0", "1.5"];
    let object: Object = names.into_iter().zip(0..).collect();
    let expected = ["0", "2", "10", "4294967294", "b", "a", "01", "4294967295", "-1", "1.5"];
    assert_eq!(keys(&object), expected);
    assert_eq!(object.get("10"), Some(&Value::Number(1.0)));
    assert_eq!(object.len(), 10);
    let owned: Vec<_> = object.into_iter().map(|(name, _)| name).collect();
    assert!(owned.iter().map(|name| name.as_str().unwrap()).eq(expected));
}

#[test]
fn a_repeated_name_keeps_its_first_place_and_takes_its_last_value() {
    let mut object = Object::from_iter([("a", 1), ("b", 2), ("7", 3)]);
    assert_eq!(object.insert("a", 4), Some(Value::Number(1.0)));
    assert_eq!(object.insert("7", 5), Some(Value::Number(3.0)));
    assert_eq!(object, Object::from_iter([("7", 5), ("a", 4), ("b", 2)]));
    assert_ne!(object, Object::from_iter([("7", 5), ("b", 2), ("a", 4)]));
}

#[test]
fn small_and_large_objects_behave_alike() {
    for size in [LINEAR - 1, LINEAR, LINEAR + 1, 100, 5000] {
        let mut object: Object = (0..size).map(|number| (format!("n{number}"), number)).collect();
        for number in 0..size {
            let name = format!("n{number}");
            assert_eq!(object.get(&name), Some(&Value::Number(number as f64)), "{name}");
        }
        assert_eq!(object.get("n"), None);
        assert_eq!(object.remove("n3"), Some(Value::Number(3.0)));
        assert_eq!(object.remove("n3"), None);
        *object.get_mut("n4").unwrap() = Value::Bool(true);
        object.insert("n3", 9);
        object.insert("n5", 8);
        assert_eq!(object.len(), size);
        assert_eq!(object.keys().next_back().unwrap(), "n3");
        assert_eq!(object.get("n4"), Some(&Value::Bool(true)));
        assert_eq!(object.get("n5"), Some(&Value::Number(8.0)));
        object.retain(|name, _| name == "n7" || name == "n3");
        assert_eq!(keys(&object), ["n7", "n3"]);
        assert_eq!(object.get("n3"), Some(&Value::Number(9.0)));
    }
}

#[test]
fn integer_like_names_can_be_removed_and_changed() {
    let mut object = Object::from_iter([("1", 1), ("x", 2), ("0", 3)]);
    assert_eq!(object.remove("1"), Some(Value::Number(1.0)));
    assert_eq!(object.remove("1"), None);
    object.iter_mut().for_each(|(_, value)| *value = Value::Null);
    assert_eq!(object.get("0"), Some(&Value::Null));
    assert!(object.contains_key("x") && !object.contains_key("y"));
    object.retain(|name, _| name != "0");
    assert_eq!(keys(&object), ["x"]);
}

#[test]
fn proto_members_can_be_dropped_at_any_depth() {
    let inner = Object::from_iter([("__proto__", 1), ("kept", 2)]);
    let object = Object::from_iter([
        ("__proto__", Value::Null),
        ("list", Value::Array(vec![Value::Object(inner)])),
    ]);
    assert_eq!(object.len(), 2);
    let expected = Value::Array(vec![Value::Object(Object::from_iter([("kept", 2)]))]);
    assert_eq!(object.without_proto(), Object::from_iter([("list", expected)]));
}

#[test]
fn members_are_no_larger_than_needed() {
    assert_eq!(size_of::<JsString>(), 24);
    assert!(size_of::<Object>() <= 32);
    assert!(size_of::<Value>() <= 40);
}

#[test]
fn names_are_told_apart_by_numbers() {
    let named = |names: &[&str]| {
        let members = names.iter().map(|name| (JsString::from(*name), Value::Null));
        keys(&Object::with_different_names(members))
    };
    assert_eq!(
        named(&["a", "b", "a", "a#3", "a", "a#3"]),
        ["a", "b", "a#2", "a#3", "a#4", "a#3#2"]
    );
    let many = named(&vec!["***"; 50_000]);
    assert_eq!(many.last().unwrap(), "***#50000");
}

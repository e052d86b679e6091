//! An export that is read and exported again is the same, byte for byte, whatever the database held.

use proptest::collection::vec;
use rusqlite::params_from_iter;
use rusqlite::types::Value as Sql;

use super::*;
use crate::learning::qortex::Qortex;

fn copied(text: &str, options: Options) -> (String, Vec<Diagnostic>) {
    let export = exported(text);
    let copied = copy::Copied::of_export(&export);
    let mut out = Vec::new();
    let notes = copied.export(&options, &mut out).unwrap();
    (String::from_utf8(out).unwrap(), notes)
}

fn documented() -> Options {
    Options { schema: Schema::Documented, ..Options::default() }
}

/// A text that the product prints without quotes and that stays one field.
fn plain() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("2026-01-01T00:00:00Z".to_owned()),
        Just("007".to_owned()),
        Just("1e3".to_owned()),
        Just("-0".to_owned()),
        Just("NaN".to_owned()),
        Just("'=1".to_owned()),
        Just("=1+1".to_owned()),
        Just("a\rb\r".to_owned()),
        "[ a-f]{0,4}"
    ]
}

/// What a column for whole numbers may hold.
fn number() -> impl Strategy<Value = Sql> {
    prop_oneof![
        4 => (-2_000_000_000_000_i64..2_000_000_000_000).prop_map(Sql::Integer),
        1 => prop_oneof![Just(12.25), Just(1e21), Just(-1.5e-9), Just(f64::INFINITY)]
            .prop_map(Sql::Real),
        1 => plain().prop_map(Sql::Text),
    ]
}

fn optional(value: impl Strategy<Value = Sql>) -> impl Strategy<Value = Sql> {
    proptest::option::of(value).prop_map(|value| value.unwrap_or(Sql::Null))
}

fn weight() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => 0.0_f64..1e6,
        1 => -1e-4_f64..1e-4,
        1 => prop_oneof![Just(-0.0), Just(1e-9), Just(5e-324), Just(-1.0), Just(1e21), Just(f64::INFINITY)],
    ]
}

fn usage() -> impl Strategy<Value = Sql> {
    prop_oneof![
        Just(Sql::Null),
        (0_u32..9_000).prop_map(|total| Sql::Text(format!(r#"{{"input":1, "total":{total}}}"#))),
        Just(Sql::Text("null".into())),
        Just(Sql::Text(String::new())),
        Just(Sql::Text(r#"{"total":null,"2":1,"1":2}"#.into())),
        Just(Sql::Text(r#"{"total":"4600","x":"\ud800"}"#.into())),
        Just(Sql::Text(r#"{"total":"0"}"#.into())),
        Just(Sql::Text(r#"{"total":-0.0}"#.into())),
        Just(Sql::Text(r#"{"total":12345678901234567890}"#.into())),
        Just(Sql::Text(r#"{"total":true}"#.into())),
        Just(Sql::Text(r#"{"total":{"a":[1]}}"#.into())),
        Just(Sql::Text(r#"{"total":[1.50]}"#.into())),
    ]
}

fn sql_text() -> impl Strategy<Value = Sql> {
    text().prop_map(Sql::Text)
}

/// The columns of a trace but its id.
fn trace() -> impl Strategy<Value = Vec<Sql>> {
    let whole = (-1_i64..3).prop_map(Sql::Integer);
    let json = prop_oneof![
        Just("{}"),
        Just(r#"{"b":1.0,"a":[{"é":"\u00e9\ud800"}],"b":2}"#),
        Just("null"),
        Just("[]"),
    ]
    .prop_map(|json| Sql::Text(json.to_owned()));
    (
        (sql_text(), sql_text(), optional(sql_text()), number()),
        (optional(sql_text()), optional(sql_text()), optional(sql_text()), whole.clone()),
        (json.clone(), json, usage(), optional(number())),
        (optional(number()), whole, optional(sql_text())),
    )
        .prop_map(|(a, b, c, d)| {
            vec![a.0, a.1, a.2, a.3, b.0, b.1, b.2, b.3, c.0, c.1, c.2, c.3, d.0, d.1, d.2]
        })
}

fn filled(traces: Vec<Vec<Sql>>, arms: Vec<(String, f64, f64, Sql, Sql)>) -> (TempDir, LearningDb) {
    database(|connection| {
        let marks = ["?"; 16].join(",");
        let sql = format!("INSERT INTO run_traces VALUES ({marks})");
        for (at, columns) in traces.into_iter().enumerate() {
            let columns = std::iter::once(Sql::Text(format!("t,{at}"))).chain(columns);
            connection.execute(&sql, params_from_iter(columns)).unwrap();
        }
        let sql = "INSERT OR REPLACE INTO arm_posteriors VALUES (?,?,?,?,?)";
        for (arm, alpha, beta, pulls, updated) in arms {
            connection.execute(sql, (arm, alpha, beta, pulls, updated)).unwrap();
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn a_copy_is_the_export_itself(
        traces in vec(trace(), 0..6),
        arms in vec((text(), weight(), weight(), number(), number()), 0..6),
    ) {
        let (_dir, db) = filled(traces, arms);
        for options in [csv(false), csv(true), Options::default(), documented()] {
            let (exported, notes) = written(&db, options);
            prop_assert!(notes.is_empty(), "{notes:?}");
            let (again, notes) = copied(&exported, options);
            prop_assert!(again == exported, "{options:?}\n{exported}\n{again}");
            let odd = notes.iter().filter(|note| note.code != "learning-csv-lossy");
            prop_assert_eq!(odd.count(), 0);
        }
        // JSON gives the same CSV as the database; only infinity is `null` there.
        let (direct, _) = written(&db, csv(false));
        if !direct.contains("Infinity") {
            let (json, _) = written(&db, Options::default());
            prop_assert_eq!(copied(&json, csv(false)).0, direct);
        }
    }
}

#[test]
fn small_weights_keep_their_mean_in_csv() {
    let (_dir, db) = database(|connection| add_posterior(connection, "tiny", 1e-7, 1e-9, 3.0));
    let (exported, _) = written(&db, csv(false));
    assert!(exported.ends_with("tiny,0.0000,0.0000,0.9901,3,0\n"), "{exported}");
    assert_eq!(copied(&exported, csv(false)).0, exported);
}

#[test]
fn bytes_and_wide_integers_come_back_as_far_as_a_form_can_hold_them() {
    let (_dir, db) = database(|connection| {
        add_run(connection, "t1", i64::MAX, "[]");
        add_posterior(connection, "a", 1.0, 1.0, 1.0);
        connection.execute("UPDATE run_traces SET model = x'00ff41', channel = x''", []).unwrap();
    });
    let (json, _) = written(&db, Options::default());
    assert!(json.contains("\"model\": {\n        \"0\": 0,\n        \"1\": 255,"), "{json}");
    let (again, notes) = copied(&json, Options::default());
    assert_eq!(again.replace("9223372036854776000", "9223372036854775807"), json);
    assert_eq!(notes[0].code, "learning-wide-integer");
    let narrow = json.replace("9223372036854775807", "5");
    let (again, notes) = copied(&narrow, Options::default());
    assert_eq!((again, notes.len()), (narrow, 0));
    let wide = format!("{TRACES_HEADER}\nt,r,s,{},,,,0,0,0,0\n", i64::MAX);
    let (again, notes) = copied(&wide, csv(false));
    assert_eq!(again, wide);
    assert_eq!(notes.last().unwrap().code, "learning-wide-integer");
}

#[test]
fn exports_of_nothing_and_lists_alone_are_exported_in_either_form() {
    for (text, json) in [("{}\n", "{}\n"), ("\n", "{}\n"), ("[]", "{}\n")] {
        let (again, notes) = copied(text, Options::default());
        assert_eq!((again.as_str(), notes.len()), (json, 1));
        assert_eq!(copied(text, csv(false)).0, "\n");
    }
    let list = r#"[{"armId":"a","alpha":2,"beta":1,"pulls":0,"lastUpdated":5},7]"#;
    let (text, notes) = copied(list, csv(false));
    assert_eq!(text, format!("{POSTERIORS_HEADER}\na,2.0000,1.0000,0.6667,0,5\n"));
    assert!(notes[0].message.starts_with("Element 1 of the list is no trace and no posterior"));
    let (_, notes) = copied(r#"{"traces":[7],"posteriors":[null]}"#, csv(false));
    assert_eq!(notes.len(), 2);
}

#[test]
fn a_store_of_qortex_is_exported_as_its_releases_do() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("mine.json");
    std::fs::write(
        &path,
        r#"{"default": {"a": {"alpha": 2.0, "beta": 1.0, "pulls": 0, "total_reward": 0.0,
                "last_updated": "2026-02-13T16:26:40+00:00"}},
            "0123456789abcdef": {"a": {"alpha": 1.33335, "beta": 2.5, "pulls": 3,
                "total_reward": 0.5, "last_updated": "2026-02-14T00:00:00.728384+00:00"},
                "b": {"alpha": 1, "beta": 1, "pulls": 0, "total_reward": 0, "last_updated": ""}}}"#,
    )
    .unwrap();
    let store = Qortex::open(&path, &Scratch::new()).unwrap();
    let export = |all_contexts, options: Options| {
        let mut out = Vec::new();
        let copied = copy::Copied::of_qortex(&store, &path, all_contexts);
        let notes = copied.export(&options, &mut out).unwrap();
        (String::from_utf8(out).unwrap(), notes)
    };
    let (text, notes) = export(false, Options::default());
    assert!(text.starts_with(
        "{\n  \"metrics\": {\n    \"learner\": \"mine\",\n    \"total_pulls\": 3,\n    \
         \"total_reward\": 0.5,\n    \"accuracy\": 0.1667,\n    \"arm_count\": 3,\n"
    ));
    assert_eq!(text.matches("\"armId\"").count(), 1);
    assert!(notes[0].message.contains("no traces") && notes[1].message.contains("1 of 3"));
    let (text, notes) = export(true, csv(false));
    assert_eq!(
        text,
        format!(
            "{POSTERIORS_HEADER}\na,2.3334,2.5000,0.4828,3,2026-02-14T00:00:00.728384+00:00\n\
             b,1.0000,1.0000,0.5000,0,\n"
        )
    );
    assert!(notes[1].message.starts_with("The arms of 2 contexts"));
}

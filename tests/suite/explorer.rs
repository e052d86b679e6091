//! The explorer in a real terminal, from the first frame to the restored shell.

use crate::pty::{Terminal, assert_restored};
use crate::support::{Home, text};

#[test]
fn a_whole_visit_from_start_to_quit() {
    let mut terminal = Terminal::start(&["--demo"], 120, 40);
    terminal.wait_for("The missing cent");
    terminal.wait_for("demo");
    // Open the session and read its transcript.
    terminal.type_keys("/missing");
    terminal.wait_for("missing");
    terminal.type_keys("\r");
    terminal.type_keys("\r");
    terminal.wait_for("leaf");
    terminal.type_keys("j");
    terminal.type_keys("2");
    terminal.wait_for("submitted");
    terminal.type_keys("3");
    terminal.wait_for("exec");
    terminal.type_keys("1");
    terminal.wait_for("leaf");
    // Find, over all rows.
    terminal.type_keys("/cent\r");
    terminal.wait("a match count", |screen| screen.contents().contains("/cent 1/"));
    terminal.type_keys("n");
    terminal.wait("the second match", |screen| screen.contents().contains("/cent 2/"));
    terminal.type_keys("\x1b");
    terminal.resize(80, 24);
    // The old frame, cut to the new size, has lost the right end of its heading.
    terminal.wait("the small layout", |screen| {
        screen.rows(0, 80).next().is_some_and(|heading| heading.contains("help"))
    });
    terminal.type_keys("?");
    terminal.wait_for("Esc closes");
    // An escape and a letter that come together are Alt and the letter.
    terminal.type_keys("\x1b");
    terminal.wait("the end of the help", |screen| !screen.contents().contains("Esc closes"));
    terminal.type_keys("q");
    let (status, screen) = terminal.end();
    assert_eq!(status.exit_code(), 0);
    assert_restored(screen.screen());
}

#[test]
fn no_state_directory_opens_the_demo_and_says_so() {
    let mut terminal = Terminal::start(&[], 100, 30);
    terminal.wait_for("demo");
    terminal.type_keys("q");
    assert_eq!(terminal.end().0.exit_code(), 0);
}

#[test]
fn the_terminal_is_restored_after_a_signal() {
    for (name, number) in [("TERM", 15), ("HUP", 1)] {
        let mut terminal = Terminal::start(&["--demo"], 100, 30);
        terminal.wait_for("demo");
        terminal.signal(name);
        let (status, screen) = terminal.end();
        assert_eq!(status.exit_code(), 128 + number, "{name}");
        assert_restored(screen.screen());
    }
}

#[cfg(debug_assertions)]
#[test]
fn the_terminal_is_restored_after_a_panic_in_the_middle_of_a_frame() {
    let vars = [("CLAWSCOPE_TEST_PANIC", "1")];
    let mut terminal = Terminal::start_with(&["--demo"], 100, 30, &vars);
    terminal.wait_for("demo");
    // F12.
    terminal.type_keys("\x1b[24~");
    terminal.wait_for("clawscope has a defect");
    let (status, screen) = terminal.end();
    assert_eq!(status.exit_code(), 101);
    assert_restored(screen.screen());
}

/// A pager that goes on until it reads `q`, whatever signals its terminal sends.
const PAGER: &str = r#"#!/bin/sh
trap 'echo pager-interrupted' INT
cat "$1"
echo pager-waits
while :; do
    if read answer && [ "$answer" = q ]; then exit 0; fi
done
"#;

fn is_at_prompt(screen: &vt100::Screen) -> bool {
    !screen.alternate_screen() && screen.contents().trim_end().ends_with("\nshell>")
}

#[test]
fn keys_that_send_signals_belong_to_the_pager_while_it_runs() {
    let dir = tempfile::tempdir().unwrap();
    let pager = dir.path().join("pager");
    std::fs::write(&pager, PAGER).unwrap();
    let command = format!("sh {}", pager.display());
    let mut terminal = Terminal::start_shell(100, 30, &[("PAGER", &command)]);
    terminal.wait_for("shell>");
    terminal.type_keys(concat!(env!("CARGO_BIN_EXE_clawscope"), " --demo\n"));
    terminal.wait_for("The missing cent");
    terminal.type_keys("/missing\r\r");
    terminal.wait_for("leaf");
    terminal.type_keys("P");
    terminal.wait_for("pager-waits");
    terminal.type_keys("\x03");
    terminal.wait_for("pager-interrupted");
    // Stops the pager and the explorer with it: the shell has the terminal.
    terminal.type_keys("\x1a");
    terminal.wait_for("Stopped");
    terminal.wait("the shell", is_at_prompt);
    terminal.type_keys("echo $((41 + 1)); fg\n");
    terminal.wait_for("42");
    terminal.type_keys("q\n");
    terminal.wait("the explorer", vt100::Screen::alternate_screen);
    terminal.wait_for("leaf");
    assert!(!terminal.text().contains("signal"), "a failure is reported:\n{}", terminal.text());
    terminal.type_keys("q");
    terminal.wait("the shell", is_at_prompt);
    terminal.type_keys("exit $?\n");
    let (status, screen) = terminal.end();
    assert_eq!(status.exit_code(), 0, "{}", screen.screen().contents());
    assert_restored(screen.screen());
}

#[test]
fn the_layout_is_remembered_in_the_users_own_directory_only() {
    let mut terminal = Terminal::start(&["--demo"], 120, 40);
    terminal.wait_for("demo");
    let layout = terminal.config_dir().join("clawscope/layout.toml");
    terminal.type_keys("q");
    // The directory goes when the terminal does, so the file is read before that.
    terminal.wait("the end of the screen", |screen| !screen.alternate_screen());
    let written = std::fs::read_to_string(&layout);
    assert!(written.is_ok_and(|text| text.contains("sessions")), "{}", layout.display());
    assert_eq!(terminal.end().0.exit_code(), 0);
}

#[test]
fn colours_are_left_out_when_asked() {
    for (no_color, coloured) in [("1", false), ("", true)] {
        let mut terminal = Terminal::start_with(&["--demo"], 120, 40, &[("NO_COLOR", no_color)]);
        terminal.wait_for("The missing cent");
        assert_eq!(terminal.has_colours(), coloured, "NO_COLOR={no_color:?}");
        terminal.type_keys("q");
        let (_, screen) = terminal.end();
        assert_restored(screen.screen());
    }
}

#[test]
fn without_a_terminal_the_explorer_says_so() {
    for (args, says) in [(["--demo"], "terminal"), (["no/such/dir"], "no/such/dir")] {
        let output = Home::new().run(&args);
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stderr).contains(says), "{}", text(&output.stderr));
    }
}

#[test]
fn no_log_is_written_into_the_state() {
    let home = Home::new();
    let sessions = home.write(".openclaw/agents/main/sessions/sessions.json", "{}");
    let logs = [".openclaw/clawscope.log", ".openclaw/agents/../new/x.log"];
    for log in logs {
        let output = home.run(&["--log-file", log]);
        assert_eq!(output.status.code(), Some(1));
        assert!(
            text(&output.stderr).contains("would lie in the state"),
            "{}",
            text(&output.stderr)
        );
        assert!(!home.path().join(log).exists());
    }
    assert_eq!(std::fs::read_dir(sessions.parent().unwrap()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn no_log_is_written_into_the_state_through_a_link_that_leads_to_nothing_yet() {
    let home = Home::new();
    home.write(".openclaw/agents/main/sessions/sessions.json", "{}");
    let absolute = home.path().join(".openclaw/new/../absolute.log");
    let links = [
        ("plain.log", ".openclaw/clawscope.log"),
        ("chain.log", "plain.log"),
        ("folder", ".openclaw/agents/main"),
        ("absolute.log", absolute.to_str().unwrap()),
        ("new", ".openclaw/new"),
        ("outside.log", "elsewhere.log"),
        ("endless.log", "endless.log"),
    ];
    for (link, to) in links {
        std::os::unix::fs::symlink(to, home.path().join(link)).unwrap();
    }
    for log in ["plain.log", "chain.log", "folder/x.log", "absolute.log", "new/x.log"] {
        let output = home.run(&["--log-file", log]);
        let said = text(&output.stderr);
        assert!(said.contains("would lie in the state"), "{log}: {said}");
    }
    assert_eq!(std::fs::read_dir(home.path().join(".openclaw")).unwrap().count(), 1);
    // Elsewhere a link is followed; only the terminal is missing here.
    let said = home.run(&["--log-file", "outside.log"]);
    assert!(text(&said.stderr).contains("terminal"), "{}", text(&said.stderr));
    assert!(home.path().join("elsewhere.log").is_file());
    let said = home.run(&["--log-file", "endless.log"]);
    assert!(text(&said.stderr).contains("cannot write the log"), "{}", text(&said.stderr));
}

#[test]
fn the_log_tells_what_was_done_and_nothing_of_what_was_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("clawscope.log");
    let mut terminal = Terminal::start(&["--demo", "--log-file", path.to_str().unwrap()], 120, 40);
    terminal.wait_for("The missing cent");
    terminal.type_keys("/missing\r\r");
    terminal.wait_for("leaf");
    terminal.type_keys("q");
    assert_eq!(terminal.end().0.exit_code(), 0);
    let log = std::fs::read_to_string(path).unwrap();
    for said in ["request=\"catalogue\"", "request=\"open\"", "entries=", "ms="] {
        assert!(log.contains(said), "{said} in:\n{log}");
    }
    assert!(!log.contains("cent") && !log.contains("agents/"), "{log}");
}

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

#[test]
fn the_terminal_is_restored_after_a_panic() {
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
    let mut terminal = Terminal::start_with(&["--demo"], 120, 40, &[("NO_COLOR", "1")]);
    terminal.wait_for("The missing cent");
    terminal.type_keys("q");
    let (_, screen) = terminal.end();
    assert_restored(screen.screen());
}

#[test]
fn without_a_terminal_the_explorer_says_so() {
    for (args, says) in [(["--demo"], "terminal"), (["no/such/dir"], "no/such/dir")] {
        let output = Home::new().run(&args);
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stderr).contains(says), "{}", text(&output.stderr));
    }
}

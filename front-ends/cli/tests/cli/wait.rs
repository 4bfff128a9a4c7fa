//! Waiters from the command line.

use crate::run::{Server, line};

#[test]
fn a_waiter_ends_when_it_is_there() {
    let server = Server::start();
    server.iam("create-user --user-name jane").json();
    let run = server.iam("wait user-exists --user-name jane");
    assert_eq!((run.status, run.stdout.as_str(), run.stderr.as_str()), (Some(0), "", ""));
}

#[test]
fn what_does_not_come_is_status_255() {
    let server = Server::start();
    // The server has no roles: an error that the waiter does not expect.
    let run = server.iam("wait role-exists --role-name r");
    let message = run.failed(255);
    assert!(message.starts_with("error: GetRole: ") && message.lines().count() == 1, "{message}");
}

#[test]
fn wrong_usage_is_status_2() {
    assert!(line("iam wait role-exists --local").failed(2).contains("--role-name"));
    line("iam wait no-such-waiter").failed(2);
    line("sts wait user-exists").failed(2);
}

#[test]
fn help_says_what_ends_the_wait() {
    let all = line("iam wait help");
    assert!(
        all.stdout.contains("The 4 waiters:\n  instance-profile-exists  repeats get-instance-profile\n"),
        "{all:?}"
    );
    let one = line("iam wait user-exists help");
    assert_eq!(one.status, Some(0), "{one:?}");
    for part in
        ["Calls get-user every 1 s, at most 20 times", "success if the status is 200", "if the error is NoSuchEntity"]
    {
        assert!(one.stdout.contains(part), "{part}: {one:?}");
    }
    assert!(line("iam help").stdout.contains("shapewire iam wait help"));
    assert!(!line("encode iam help").stdout.contains("wait help"));
}

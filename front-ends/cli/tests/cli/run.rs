//! The command as a child process.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

use serde_json::Value as Json;

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// The JSON on standard output of a run that succeeded.
    #[track_caller]
    pub(crate) fn json(&self) -> Json {
        assert_eq!(self.status, Some(0), "{self:?}");
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Asserts that the run failed with this status and said nothing on standard output.
    #[track_caller]
    pub(crate) fn failed(&self, status: i32) -> &str {
        assert_eq!((self.status, self.stdout.as_str()), (Some(status), ""), "{self:?}");
        &self.stderr
    }
}

/// The command without the environment's settings.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shapewire"));
    command.args(arguments);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AWS_")) {
        command.env_remove(name);
    }
    // No files, and no service that gives credentials to this machine.
    command.envs([("AWS_CONFIG_FILE", ""), ("AWS_SHARED_CREDENTIALS_FILE", ""), ("AWS_EC2_METADATA_DISABLED", "true")]);
    command
}

/// Runs the command.
pub(crate) fn shapewire(arguments: &[&str]) -> Run {
    finish(command(arguments).stdin(Stdio::null()))
}

/// Runs a command line that has no quoted words.
pub(crate) fn line(line: &str) -> Run {
    shapewire(&line.split_whitespace().collect::<Vec<_>>())
}

/// Runs the command with this on its standard input.
pub(crate) fn with_input(arguments: &[&str], input: &str) -> Run {
    let mut child = command(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdin = child.stdin.take().expect("standard input is a pipe");
    // A command that fails early does not read it.
    stdin.write_all(input.as_bytes()).unwrap_or_default();
    drop(stdin);
    of(child.wait_with_output().expect("the command ends"))
}

pub(crate) fn finish(command: &mut Command) -> Run {
    of(command.output().expect("the command starts"))
}

fn of(output: std::process::Output) -> Run {
    Run {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
    }
}

/// `shapewire serve` on a free port, until dropped.
pub(crate) struct Server {
    child: Child,
    /// Reads what it writes to standard error, so that it need never wait for a reader.
    log: Option<JoinHandle<String>>,
    pub(crate) url: String,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    pub(crate) fn start_with(options: &[&str]) -> Self {
        let mut server = Self::start_unread_with(options);
        server.read_log();
        server.listen();
        server
    }

    /// One whose log nobody reads until [`Server::read_log`].
    #[cfg(unix)]
    pub(crate) fn start_unread() -> Self {
        let mut server = Self::start_unread_with(&[]);
        server.listen();
        server
    }

    /// One that a shell starts: `script` ends with `exec "$0" "$@"`.
    #[cfg(unix)]
    pub(crate) fn start_in_shell(script: &str, options: &[&str]) -> Self {
        let serve = command(&["serve", "--port", "0"]);
        let mut shell = Command::new("sh");
        shell.args(["-c", script]).arg(serve.get_program()).args(serve.get_args()).args(options);
        let mut server = Self::spawn(&mut shell);
        server.read_log();
        server.listen();
        server
    }

    fn start_unread_with(options: &[&str]) -> Self {
        Self::spawn(command(&["serve", "--port", "0"]).args(options))
    }

    fn spawn(command: &mut Command) -> Self {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the server starts");
        Self { child, log: None, url: String::new() }
    }

    /// Reads what it writes to standard error from here on.
    pub(crate) fn read_log(&mut self) {
        let mut stderr = self.child.stderr.take().expect("standard error is a pipe");
        self.log = Some(std::thread::spawn(move || {
            let mut log = String::new();
            stderr.read_to_string(&mut log).expect("the log is UTF-8");
            log
        }));
    }

    /// Waits until it says where it listens.
    fn listen(&mut self) {
        let stdout = self.child.stdout.take().expect("standard output is a pipe");
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("the server says where it listens");
        let Some(url) = line.strip_prefix("listening on ").and_then(|url| url.strip_suffix('\n')) else {
            panic!("{line:?} {:?}", self.kill());
        };
        url.clone_into(&mut self.url);
    }

    /// The host and port.
    pub(crate) fn address(&self) -> &str {
        self.url.strip_prefix("http://").unwrap_or(&self.url)
    }

    /// Calls IAM there.
    pub(crate) fn iam(&self, line: &str) -> Run {
        let mut arguments = vec!["iam"];
        arguments.extend(line.split_whitespace());
        arguments.extend(["--endpoint-url", &self.url]);
        shapewire(&arguments)
    }

    /// Asks it to terminate.
    #[cfg(unix)]
    pub(crate) fn ask_to_terminate(&self) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().expect("kill starts");
        assert!(sent.success());
    }

    /// Asks it to terminate; its exit status and its log.
    #[cfg(unix)]
    pub(crate) fn terminate(self) -> (Option<i32>, String) {
        self.ask_to_terminate();
        self.ended()
    }

    /// Waits until it has ended; its exit status and its log.
    #[cfg(unix)]
    pub(crate) fn ended(mut self) -> (Option<i32>, String) {
        (self.child.wait().expect("the server ends").code(), self.take_log())
    }

    /// Ends it without a warning, and gives its log.
    pub(crate) fn kill(&mut self) -> String {
        // It may have ended already.
        self.child.kill().unwrap_or_default();
        self.child.wait().map(drop).unwrap_or_default();
        self.take_log()
    }

    fn take_log(&mut self) -> String {
        self.log.take().map(|log| log.join().expect("the log is read")).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

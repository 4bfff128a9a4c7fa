//! Credentials from a program: `credential_process`.

use std::io::{self, Read};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use secrecy::zeroize::Zeroize;
use secrecy::{ExposeSecret, SecretString};

use super::document::Document;
use super::json::Member;
use super::{Credentials, CredentialsError, CredentialsProvider};
use crate::config::{split_posix, split_windows};
use crate::wipe;

const NAME: &str = "process";
/// Far more than any credentials need.
const MAX_BYTES: usize = 1 << 20;
/// Between two looks at whether the program has ended.
const MAX_PAUSE: Duration = Duration::from_millis(50);

/// Runs a program that writes credentials as JSON: `Version` 1, `AccessKeyId`, `SecretAccessKey`, and perhaps
/// `SessionToken` and `Expiration`.
///
/// The command is split into words as the AWS CLI does it (as a POSIX shell quotes them; on Windows by Windows' rules) and
/// runs without a shell, with the input and the error output of this process. What it writes to either is never part of an
/// error. It has a minute to end its output and itself, then it is killed.
#[derive(Clone, Debug)]
pub struct ProcessProvider {
    command: SecretString,
    timeout: Duration,
}

impl ProcessProvider {
    /// Runs this command each time.
    #[must_use]
    pub fn new(command: impl Into<SecretString>) -> Self {
        Self { command: command.into(), timeout: Duration::from_mins(1) }
    }

    /// The same, with so much time to end its output and itself, instead of a minute.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    fn output(&self) -> Result<Vec<u8>, CredentialsError> {
        let split = if cfg!(windows) { split_windows } else { split_posix };
        let words = split(self.command.expose_secret())
            .map_err(|_| failed("the command ends within quotation marks or after a backslash"))?;
        let (program, arguments) = words.split_first().ok_or_else(|| failed("the command is empty"))?;
        let mut child = Command::new(program)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| failed("the program cannot be started").with_source(error))?;
        let end = Instant::now() + self.timeout;
        let result = self.read(&mut child).and_then(|output| Ok((output, self.status(&mut child, end)?)));
        if result.is_err() {
            // It may have ended by itself; killed, it does not keep anyone waiting.
            let _ = child.kill();
            let _ = child.wait();
        }
        let (output, status) = result?;
        if !status.success() {
            return Err(failed(format!("the program failed ({status})")));
        }
        Ok(output)
    }

    /// How the program ends, which it should do soon after its output has ended.
    fn status(&self, child: &mut Child, end: Instant) -> Result<ExitStatus, CredentialsError> {
        let mut pause = Duration::from_millis(1);
        loop {
            let status = child.try_wait().map_err(|error| failed("the program is lost").with_source(error))?;
            if let Some(status) = status {
                return Ok(status);
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(self.late());
            }
            thread::sleep(pause.min(left));
            pause = (pause * 2).min(MAX_PAUSE);
        }
    }

    fn late(&self) -> CredentialsError {
        failed(format!("the program did not finish within {:?}", self.timeout))
    }

    fn read(&self, child: &mut Child) -> Result<Vec<u8>, CredentialsError> {
        let mut stdout = child.stdout.take().ok_or_else(|| failed("the program has no output"))?;
        let ending = Arc::new(Ending::default());
        let reader = Arc::clone(&ending);
        thread::spawn(move || {
            let output = read_limited(&mut stdout);
            *reader.output.lock().unwrap_or_else(PoisonError::into_inner) = Some(output);
            reader.is_there.notify_one();
        });
        let output = ending.output.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = ending.is_there.wait_timeout_while(output, self.timeout, |output| output.is_none());
        let (mut output, _) = waited.unwrap_or_else(PoisonError::into_inner);
        match output.take() {
            Some(output) => output.map_err(|error| failed("its output cannot be read").with_source(error)),
            None => Err(self.late()),
        }
    }
}

/// A program's whole output, once a thread has read it. A channel would do the same, and be a hundredth of all code of the library.
#[derive(Default)]
struct Ending {
    output: Mutex<Option<io::Result<Vec<u8>>>>,
    is_there: Condvar,
}

fn read_limited(stdout: &mut ChildStdout) -> io::Result<Vec<u8>> {
    let mut output = wipe::read_limited(&mut |buffer| stdout.read(buffer), MAX_BYTES + 1)?;
    if output.len() > MAX_BYTES {
        output.zeroize();
        return Err(io::Error::other("more than a mebibyte"));
    }
    Ok(output)
}

fn failed(why: impl Into<String>) -> CredentialsError {
    CredentialsError::failed(NAME, why)
}

impl CredentialsProvider for ProcessProvider {
    fn credentials(&self) -> Result<Credentials, CredentialsError> {
        let document = Document::read(NAME, self.output()?)?;
        if !matches!(document.get("Version"), Some(Member::Count(1))) {
            return Err(failed("the answer's Version is not 1"));
        }
        document.credentials("SessionToken", false)
    }
}

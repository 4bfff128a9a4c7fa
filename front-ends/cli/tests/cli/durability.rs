//! A server that is killed in the middle of its work has lost nothing that it had answered.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex};

use crate::connection::{Connection, posted};
use crate::run::{Server, line};

const WRITERS: usize = 4;

/// Whether users are there, as far as it is known: what was not answered may or may not have happened.
type Known = Mutex<BTreeMap<String, bool>>;

/// A folder of its own for a test, deleted at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("durability-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
    fn file(&self) -> String {
        self.0.join("account.json").to_str().expect("the path is UTF-8").to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap_or_default();
    }
}

/// Makes users, and deletes most of them again, until the server is gone.
fn write(address: &str, name: &str, known: &Known, answered: &Sender<()>) {
    let mut connection = Connection::open(address);
    let mut call = |action: &str, user: &str| {
        let form = format!("Action={action}&Version=2010-05-08&UserName={user}");
        connection.try_send(posted("/", &form)).ok()?;
        let reply = connection.try_receive().ok()?;
        assert_eq!(reply.status, 200, "{reply:?}");
        Some(())
    };
    for number in 0.. {
        let user = format!("{name}-{number}");
        if call("CreateUser", &user).is_none() {
            return;
        }
        known.lock().unwrap().insert(user.clone(), true);
        answered.send(()).unwrap_or_default();
        if number % 4 == 0 {
            continue;
        }
        known.lock().unwrap().remove(&user);
        if call("DeleteUser", &user).is_none() {
            return;
        }
        known.lock().unwrap().insert(user, false);
        answered.send(()).unwrap_or_default();
    }
}

/// The names of all users.
fn users(address: &str) -> Vec<String> {
    let mut connection = Connection::open(address);
    let (mut users, mut marker) = (Vec::new(), String::new());
    loop {
        connection.post("/", &format!("Action=ListUsers&Version=2010-05-08&MaxItems=1000{marker}"));
        let body = connection.receive().body;
        let between =
            |text: &str, open: &str, close: &str| Some(text.split_once(open)?.1.split_once(close)?.0.to_owned());
        users.extend(body.split("<member>").skip(1).filter_map(|user| between(user, "<UserName>", "</UserName>")));
        match between(&body, "<Marker>", "</Marker>") {
            Some(next) => marker = format!("&Marker={next}"),
            None => return users,
        }
    }
}

/// `SHAPEWIRE_KILLS` says how often, 10 times without it.
#[test]
fn what_was_answered_is_there_after_each_kill() {
    let kills: usize = std::env::var("SHAPEWIRE_KILLS").map_or(10, |kills| kills.parse().expect("a number"));
    let (folder, known) = (Folder::new(), Arc::new(Known::default()));
    let file = folder.file();
    for kill in 0..kills {
        let mut server = Server::start_with(&["--state", &file]);
        let (sender, answered) = mpsc::channel();
        std::thread::scope(|scope| {
            for writer in 0..WRITERS {
                let (address, sender, known) = (server.address().to_owned(), sender.clone(), Arc::clone(&known));
                scope.spawn(move || write(&address, &format!("u{kill}-{writer}"), &known, &sender));
            }
            drop(sender);
            // After more answers each time, so that it strikes anywhere.
            answered.iter().take(1 + kill * 7 % 40).for_each(drop);
            server.kill();
        });
        let server = Server::start_with(&["--state", &file]);
        let there = users(server.address());
        for (user, is_there) in known.lock().unwrap().iter() {
            assert_eq!(there.contains(user), *is_there, "{user} after kill {kill}");
        }
    }
    let known = known.lock().unwrap();
    let kept = known.values().filter(|is_there| **is_there).count();
    assert!(kept >= kills && known.len() > kept, "{kept} of {}", known.len());
}

/// A disk that is full in the middle of a change: the system lets no file grow beyond 96 blocks of 512 bytes.
#[cfg(unix)]
#[test]
fn a_full_disk_costs_no_answered_change() {
    let folder = Folder::new();
    let file = folder.file();
    let limited = r#"trap "" XFSZ; ulimit -f 96; exec "$0" "$@""#;
    let mut server = Server::start_in_shell(limited, &["--state", &file]);
    let (mut there, mut refused) = (Vec::new(), 0);
    let mut connection = Connection::open(server.address());
    let mut is_answered = |form: String| {
        connection.post("/", &form);
        let reply = connection.receive();
        assert!(reply.status == 200 || reply.status == 500 && reply.body.contains("ServiceFailure"), "{reply:?}");
        refused += usize::from(reply.status == 500);
        reply.status == 200
    };
    let path = "x".repeat(400);
    for number in 0..200 {
        let user = format!("user-{number}");
        if is_answered(format!("Action=CreateUser&Version=2010-05-08&UserName={user}&Path=/{path}/")) {
            there.push(user);
        }
        let oldest = there[0].clone();
        if number % 3 == 0 && is_answered(format!("Action=DeleteUser&Version=2010-05-08&UserName={oldest}")) {
            there.remove(0);
        }
    }
    assert!(refused > 10 && there.len() > 40, "{refused}, {}", there.len());
    there.sort();
    assert_eq!(sorted(users(server.address())), there);
    server.kill();
    let server = Server::start_with(&["--state", &file]);
    assert_eq!(sorted(users(server.address())), there);
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

#[test]
fn a_state_that_cannot_be_used_is_said_and_left_alone() {
    let folder = Folder::new();
    let file = folder.file();
    std::fs::write(&file, "{\"format\": \"shapewire-account\", \"version\": 99}").unwrap();
    let run = line(&format!("serve --port 0 --state {file}"));
    let error = run.failed(1);
    assert!(error.contains("account.json: version 99 of the format") && error.lines().count() == 1, "{error}");
    std::fs::write(&file, "{").unwrap();
    let run = line(&format!("serve --port 0 --state {file}"));
    assert!(run.failed(1).contains("a damaged one: EOF"), "{run:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "{");
    std::fs::remove_file(&file).unwrap();
    let server = Server::start_with(&["--state", &file]);
    let second = line(&format!("serve --port 0 --state {file}"));
    assert!(second.failed(1).contains("the account is open elsewhere"), "{second:?}");
    drop(server);
}

#[test]
fn an_account_outlives_the_server() {
    let folder = Folder::new();
    let file = folder.file();
    let start = || Server::start_with(&["--state", &file]);
    let server = start();
    let user = server.iam("create-user --user-name jane --tags Key=a,Value=b").json();
    drop(server);
    let server = start();
    assert_eq!(server.iam("get-user --user-name jane").json(), user);
}

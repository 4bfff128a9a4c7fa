//! An account in a file: what is there again, what is refused, what is left alone.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use shapewire::local::{LocalIam, StateErrorKind};
use shapewire::{ExposeSecret, iam};

use super::{Clock, assert_refused, client, once};

/// A folder of its own for a test, deleted at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("state-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
    fn file(&self) -> PathBuf {
        self.0.join("account.json")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap_or_default();
    }
}

/// All that can be asked of an account, as text.
fn told(service: &LocalIam) -> String {
    let client = client(service);
    let mut told = Vec::new();
    for user in client.list_users(&iam::ListUsersRequest::new()).unwrap().users {
        let name = user.user_name.as_str();
        let user = client.get_user(&iam::GetUserRequest::new().with_user_name(name)).unwrap();
        let keys = client.list_access_keys(&iam::ListAccessKeysRequest::new().with_user_name(name)).unwrap();
        told.push(format!("{user:?} {keys:?}"));
    }
    let credentials = iam::ListServiceSpecificCredentialsRequest::new().with_all_users(true);
    told.push(format!("{:?}", client.list_service_specific_credentials(&credentials).unwrap()));
    for group in client.list_groups(&iam::ListGroupsRequest::new()).unwrap().groups {
        told.push(format!("{:?}", client.get_group(&iam::GetGroupRequest::new(group.group_name)).unwrap()));
    }
    told.join("\n")
}

/// Puts something of every kind into an account.
fn fill(service: &LocalIam) -> iam::AccessKey {
    let client = client(service);
    let jane = iam::CreateUserRequest::new("Jane").with_path("/é/").with_tags([iam::Tag::new("Team", "\"a\"\n")]);
    let jane = jane.with_permissions_boundary("arn:aws:iam::aws:policy/PowerUserAccess");
    client.create_user(&jane).unwrap_err();
    client.create_user(&jane.with_path("/eng/").with_tags([iam::Tag::new("Team", "a+b=é")])).unwrap();
    client.create_user(&iam::CreateUserRequest::new("joe")).unwrap();
    for service_name in ["codecommit.amazonaws.com", "bedrock.amazonaws.com"] {
        let request = iam::CreateServiceSpecificCredentialRequest::new("jane", service_name);
        client.create_service_specific_credential(&request).unwrap();
    }
    let aged =
        iam::CreateServiceSpecificCredentialRequest::new("joe", "logs.amazonaws.com").with_credential_age_days(1);
    let aged = client.create_service_specific_credential(&aged).unwrap().service_specific_credential.unwrap();
    let id = aged.service_specific_credential_id;
    let inactive = iam::UpdateServiceSpecificCredentialRequest::new(id, iam::StatusType::Inactive);
    client.update_service_specific_credential(&inactive).unwrap();
    client.create_group(&iam::CreateGroupRequest::new("G").with_path("/x/")).unwrap();
    client.create_group(&iam::CreateGroupRequest::new("empty")).unwrap();
    client.add_user_to_group(&iam::AddUserToGroupRequest::new("g", "jane")).unwrap();
    client.create_access_key(&iam::CreateAccessKeyRequest::new().with_user_name("jane")).unwrap().access_key
}

#[test]
fn everything_is_there_again() {
    let (folder, clock) = (Folder::new(), Clock::at("2026-01-02T03:04:05Z"));
    let open = || {
        let clock = clock.clone();
        LocalIam::open(folder.file()).unwrap().with_clock(move || clock.now())
    };
    let service = open();
    let key = fill(&service);
    let before = told(&service);
    drop(service);
    let text = fs::read_to_string(folder.file()).unwrap();
    assert!(text.contains(key.secret_access_key.expose_secret()));
    assert_eq!(told(&open()), before);
    assert_eq!(fs::read_to_string(folder.file()).unwrap(), text, "reading changes nothing");
    // What expired does so after a restart as well.
    clock.set("2026-02-02T03:04:05Z");
    let expired = told(&open());
    assert!(expired.contains("Expired") && !before.contains("Expired"), "{expired}");
    // Numbers go on, so that lists stay in order.
    let service = open();
    client(&service).create_access_key(&iam::CreateAccessKeyRequest::new().with_user_name("jane")).unwrap();
    let keys = client(&service).list_access_keys(&iam::ListAccessKeysRequest::new().with_user_name("jane")).unwrap();
    assert_eq!(keys.access_key_metadata[0].access_key_id.as_deref(), Some(key.access_key_id.as_str()));
}

#[test]
fn every_change_is_in_the_file_when_it_is_answered_and_refusals_change_nothing() {
    let folder = Folder::new();
    let service = LocalIam::open(folder.file()).unwrap();
    let client = client(&service);
    let text = || fs::read_to_string(folder.file()).unwrap();
    for name in ["first", "second"] {
        client.create_user(&iam::CreateUserRequest::new(name)).unwrap();
        assert!(text().contains(name));
    }
    let before = text();
    assert_refused(client.create_user(&iam::CreateUserRequest::new("FIRST")), 409, "EntityAlreadyExists");
    assert_eq!(text(), before);
    client.delete_user(&iam::DeleteUserRequest::new("First")).unwrap();
    assert!(
        text().ends_with("\"removed_users\":[\"first\"],\"users\":[],\"removed_groups\":[],\"groups\":[]}\n"),
        "{}",
        text()
    );
    drop((client, service));
    assert!(text().contains("second") && !text().contains("first"), "one document is left: {}", text());
}

/// What an account holds after each of some changes, and its file at the end, before the account is closed.
fn steps(folder: &Folder) -> (Vec<String>, Vec<u8>) {
    let service = LocalIam::open(folder.file()).unwrap();
    let client = client(&service);
    let mut told_then = Vec::new();
    let mut note = || told_then.push(told(&service));
    // The first change after opening is part of the document.
    for name in ["Jane", "joe"] {
        client.create_user(&iam::CreateUserRequest::new(name)).unwrap();
    }
    client.create_group(&iam::CreateGroupRequest::new("empty")).unwrap();
    note();
    client.update_user(&iam::UpdateUserRequest::new("jane").with_new_user_name("Jane2")).unwrap();
    note();
    client.create_user(&iam::CreateUserRequest::new("émile")).unwrap_err();
    client.delete_group(&iam::DeleteGroupRequest::new("EMPTY")).unwrap();
    note();
    client.tag_user(&iam::TagUserRequest::new("jane2", [iam::Tag::new("Team", "\u{2028}")])).unwrap();
    note();
    client.create_access_key(&iam::CreateAccessKeyRequest::new().with_user_name("joe")).unwrap();
    note();
    let text = fs::read(folder.file()).unwrap();
    (told_then, text)
}

#[test]
fn the_file_is_readable_after_each_change_and_cut_at_any_byte_it_is_as_before_or_refused() {
    let folder = Folder::new();
    let (told_then, text) = steps(&folder);
    let other = folder.0.join("cut.json");
    // The last lines are the changes that were noted; what stands before them is as it was at the first note.
    let ends: Vec<_> = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1).collect();
    let known = &ends[ends.len() - told_then.len()..];
    let document = text.windows(3).position(|bytes| bytes == b"\n}\n").unwrap() + 2;
    assert!(document < known[0]);
    let mut opened = 0;
    for length in 0..=text.len() {
        fs::write(&other, &text[..length]).unwrap();
        match LocalIam::open(&other) {
            Ok(service) => {
                assert!(length >= document, "{length}");
                opened += 1;
                // Before and after each line's end, and not at each byte: to ask for all takes long.
                if let Some(step) = known.iter().rposition(|end| *end <= length)
                    && (known.contains(&length) || known.contains(&(length + 1)))
                {
                    assert_eq!(told(&service), told_then[step], "{length}");
                }
                drop(service);
                assert_eq!(fs::read(&other).unwrap(), text[..length], "opening changes nothing");
            }
            Err(error) => {
                assert!(length < document, "{length}: {error}");
                assert!(matches!(error.kind(), StateErrorKind::Damaged(_)), "{length}: {error}");
            }
        }
    }
    assert_eq!(opened, text.len() + 1 - document);
    // What was cut off is gone for good with the next change.
    fs::write(&other, &text[..text.len() - 1]).unwrap();
    let service = LocalIam::open(&other).unwrap();
    client(&service).create_user(&iam::CreateUserRequest::new("next")).unwrap();
    let after = told(&service);
    drop(service);
    assert_eq!(told(&LocalIam::open(&other).unwrap()), after);
}

#[test]
fn a_byte_that_is_not_what_it_was_is_no_panic() {
    let folder = Folder::new();
    let (_, text) = steps(&folder);
    let other = folder.0.join("other.json");
    for at in 0..text.len() {
        let mut text = text.clone();
        let byte = [0, b'}', b'9', 0xFF][at % 4];
        text[at] = byte;
        fs::write(&other, &text).unwrap();
        // Where a name or a number is another one, nobody can know.
        if let Err(error) = LocalIam::open(&other) {
            let is_told = matches!(error.kind(), StateErrorKind::Damaged(_) | StateErrorKind::Newer(_));
            assert!(is_told, "{at}, {byte}: {error}");
        }
    }
}

#[test]
fn changes_do_not_make_the_file_grow_for_ever() {
    let folder = Folder::new();
    let service = LocalIam::open(folder.file()).unwrap();
    let client = client(&service);
    let value = "x".repeat(256);
    client.create_user(&iam::CreateUserRequest::new("jane")).unwrap();
    let mut longest = 0;
    for number in 0..1000 {
        let tag = iam::Tag::new("number", format!("{number} {value}").split_at(250).0);
        client.tag_user(&iam::TagUserRequest::new("jane", [tag])).unwrap();
        longest = longest.max(fs::metadata(folder.file()).unwrap().len());
    }
    // Some 600 bytes a change.
    assert!((64 * 1024..68 * 1024).contains(&longest), "{longest}");
    drop((client, service));
    assert!(fs::metadata(folder.file()).unwrap().len() < 1024);
}

#[test]
fn a_file_that_somebody_puts_in_its_place_or_takes_away_loses_nothing() {
    let folder = Folder::new();
    let service = LocalIam::open(folder.file()).unwrap();
    let client = client(&service);
    let text = || fs::read_to_string(folder.file()).unwrap_or_default();
    for name in ["first", "second"] {
        client.create_user(&iam::CreateUserRequest::new(name)).unwrap();
    }
    fs::write(folder.0.join("mine"), "{}").unwrap();
    fs::rename(folder.0.join("mine"), folder.file()).unwrap();
    client.create_user(&iam::CreateUserRequest::new("third")).unwrap();
    assert!(["first", "second", "third"].iter().all(|name| text().contains(name)), "{}", text());
    fs::remove_file(folder.file()).unwrap();
    client.create_user(&iam::CreateUserRequest::new("fourth")).unwrap();
    client.create_user(&iam::CreateUserRequest::new("fifth")).unwrap();
    assert!(["first", "second", "third", "fourth", "fifth"].iter().all(|name| text().contains(name)), "{}", text());
    // Nothing has changed since: it is left alone.
    fs::remove_file(folder.file()).unwrap();
    drop((client, service));
    assert!(!folder.file().exists());
}

#[test]
fn one_account_is_open_once() {
    let folder = Folder::new();
    let service = LocalIam::open(folder.file()).unwrap();
    let clone = service.clone().with_account_id("111122223333");
    drop(service);
    let error = LocalIam::open(folder.file()).unwrap_err();
    assert!(matches!(error.kind(), StateErrorKind::Locked), "{error}");
    assert!(error.to_string().ends_with("account.json: the account is open elsewhere"), "{error}");
    drop(clone);
    LocalIam::open(folder.file()).unwrap();
}

#[cfg(unix)]
#[test]
fn the_file_is_its_owner_s_alone() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let folder = Folder::new();
    // Left behind by a killed process, for all to read; and the account's file is reached through a link.
    fs::write(folder.0.join("account.json.new"), "x").unwrap();
    symlink("account.json", folder.0.join("link")).unwrap();
    drop(LocalIam::open(folder.0.join("link")).unwrap());
    assert!(folder.file().exists());
    let service = LocalIam::open(folder.0.join("link")).unwrap();
    client(&service).create_user(&iam::CreateUserRequest::new("jane")).unwrap();
    let mode = |name: &str| fs::metadata(folder.0.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("account.json"), mode("account.json.lock")), (0o600, 0o600));
    assert!(fs::symlink_metadata(folder.0.join("link")).unwrap().is_symlink());
    assert!(fs::read_to_string(folder.file()).unwrap().contains("jane"));
    assert!(!folder.0.join("account.json.new").exists());
}

#[test]
fn damaged_and_later_files_are_refused_and_left_alone() {
    let folder = Folder::new();
    let service = LocalIam::open(folder.file()).unwrap();
    let key = fill(&service);
    let before = told(&service);
    drop(service);
    let whole = fs::read_to_string(folder.file()).unwrap();
    let replaced = |from: &str, to: &str| {
        assert!(whole.contains(from), "{from} is not in {whole}");
        whole.replacen(from, to, 1)
    };
    let id = |name: &str| {
        let user = &whole[whole.find(&format!("\"name\": \"{name}\"")).unwrap()..];
        user[user.find("AIDA").unwrap()..].split('"').next().unwrap().to_owned()
    };
    let (jane, joe) = (id("Jane"), id("joe"));
    let change = r#"{"made":4,"removed_users":[],"users":[],"removed_groups":[],"groups":[]}"#;
    let cases = [
        (String::new(), "EOF while parsing"),
        (whole[..whole.len() / 2].to_owned(), "line "),
        ("[]".to_owned(), "no object"),
        ("{}".to_owned(), "format: is missing"),
        (replaced("shapewire-account", "something"), "format: must be shapewire-account"),
        (replaced("\"made\": 4", "\"made\": -4"), "made: no whole number"),
        (replaced("\"name\": \"joe\"", "\"name\": \"JANE\""), "users[1]: its name is there twice"),
        (whole.replace(&joe, &jane), "user joe: an id is there twice"),
        (replaced("\"name\": \"joe\"", "\"nam\": \"joe\""), "users[1].name: is missing"),
        (replaced("\"name\": \"joe\"", "\"name\": \"joe\", \"age\": 5"), "users[1].age: is unknown"),
        (replaced("codecommit.amazonaws.com", "s3.amazonaws.com"), "users[0].credentials[0].service: no service"),
        (replaced("\"last_used\": null", "\"last_used\": 5"), "users[0].access_keys[0].last_used: no object"),
        (replaced("\"members\": [\n", "\"members\": [\"AIDA\",\n"), "group G: AIDA is no user's id"),
        (replaced("\"path\": \"/x/\"", "\"path\": []"), "groups[1].path: no text"),
        (format!("{}x", whole.trim_end()), "changes[0]: expected value"),
        (format!("{whole}\n{{\n"), "changes[2]: EOF"),
        (format!("{whole}[]\n"), "changes[1]: no object"),
        (format!("{whole}{{\"made\": 4}}\n"), "changes[1].removed_users: is missing"),
        (format!("{whole}{}\n", change.replacen("[]", "[1]", 1)), "changes[1].removed_users: not all texts"),
        (format!("{whole}{}\n", change.replacen("[]", "[\"jane\"]", 1)), "group G: AIDA"),
        (format!("{whole}{}\n", change.replace('}', ",\"more\":1}")), "changes[1].more: is unknown"),
    ];
    for (text, expected) in cases {
        fs::write(folder.file(), &text).unwrap();
        let error = LocalIam::open(folder.file()).unwrap_err();
        assert!(matches!(error.kind(), StateErrorKind::Damaged(_)), "{error}");
        assert!(error.to_string().contains(expected), "{error} has no {expected}");
        assert!(!format!("{error} {error:?}").contains(key.secret_access_key.expose_secret()));
        assert_eq!(fs::read_to_string(folder.file()).unwrap(), text);
    }

    let later = replaced("\"version\": 2", "\"version\": 3, \"new\": {}");
    fs::write(folder.file(), &later).unwrap();
    let error = LocalIam::open(folder.file()).unwrap_err();
    assert!(matches!(error.kind(), StateErrorKind::Newer(3)), "{error}");
    assert!(error.to_string().contains("version 3"), "{error}");
    assert_eq!(fs::read_to_string(folder.file()).unwrap(), later);
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 2, "only the file and its lock");

    // Of the version before, which had a document alone; with an empty change; with one that was not written to its end.
    for text in [replaced("\"version\": 2", "\"version\": 1"), format!("{whole}{change}\n"), format!("{whole}{{\"mad")]
    {
        fs::write(folder.file(), &text).unwrap();
        assert_eq!(told(&LocalIam::open(folder.file()).unwrap()), before, "{text}");
    }
}

#[test]
fn what_cannot_be_a_file_is_said_at_once() {
    let folder = Folder::new();
    for path in [folder.0.clone(), folder.0.join("none/account.json")] {
        let error = LocalIam::open(&path).unwrap_err();
        assert!(matches!(error.kind(), StateErrorKind::Io(_)), "{error}");
        assert_eq!(error.path(), path);
    }
}

#[test]
fn a_change_that_cannot_be_stored_is_no_success() {
    let folder = Folder::new();
    let service = LocalIam::open(folder.file()).unwrap();
    // A client that repeated it would be told that the user is there.
    let client = once(&service);
    client.create_user(&iam::CreateUserRequest::new("first")).unwrap();
    // A folder is where the new file would be, and a new one must be written: there is none to add to.
    let blocked = folder.0.join("account.json.new");
    fs::create_dir(&blocked).unwrap();
    fs::remove_file(folder.file()).unwrap();
    let create = |name: &str| client.create_user(&iam::CreateUserRequest::new(name));
    let message = assert_refused(create("second"), 500, "ServiceFailure");
    assert!(message.contains("could not be stored"), "{message}");
    assert!(!folder.file().exists());
    // It does not hold: nobody sees the user, and who tries again makes it.
    assert_refused(client.get_user(&iam::GetUserRequest::new().with_user_name("second")), 404, "NoSuchEntity");
    assert_refused(create("third"), 500, "ServiceFailure");
    fs::remove_dir(&blocked).unwrap();
    create("second").unwrap();
    let after = fs::read_to_string(folder.file()).unwrap();
    assert!(after.contains("first") && after.contains("second") && !after.contains("third"), "{after}");
}

#[test]
fn what_is_answered_with_success_while_others_fail_is_in_the_file() {
    let folder = Folder::new();
    let service = LocalIam::open(folder.file()).unwrap();
    let blocked = folder.0.join("account.json.new");
    let (created, refused) = (Mutex::new(BTreeSet::new()), AtomicU32::new(0));
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..6)
            .map(|thread| {
                let (client, created, refused) = (once(&service), &created, &refused);
                scope.spawn(move || {
                    for user in 0..40 {
                        let name = format!("u{thread}-{user}");
                        match client.create_user(&iam::CreateUserRequest::new(name.as_str())) {
                            Ok(_) => assert!(created.lock().unwrap().insert(name)),
                            Err(error) => {
                                assert_eq!(error.code(), Some("ServiceFailure"), "{error}");
                                refused.fetch_add(1, Ordering::Relaxed);
                            }
                        }
                    }
                })
            })
            .collect();
        // The disk fails now and again: there is no file to add to, and none can be made.
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                fs::create_dir(&blocked).unwrap_or_default();
                fs::remove_file(folder.file()).unwrap_or_default();
                std::thread::yield_now();
                fs::remove_dir(&blocked).unwrap_or_default();
                std::thread::yield_now();
            }
        });
        for writer in writers {
            writer.join().unwrap();
        }
        is_over.store(true, Ordering::Relaxed);
    });
    let listed = |service: &LocalIam| -> BTreeSet<String> {
        let users = client(service).list_users(&iam::ListUsersRequest::new().with_max_items(1000)).unwrap().users;
        users.into_iter().map(|user| user.user_name).collect()
    };
    let mut created = created.into_inner().unwrap();
    assert_eq!(listed(&service), created);
    assert_eq!(created.len() + refused.into_inner() as usize, 240);
    // With the next change, what was taken away is there again.
    client(&service).create_user(&iam::CreateUserRequest::new("last")).unwrap();
    created.insert("last".to_owned());
    drop(service);
    assert_eq!(listed(&LocalIam::open(folder.file()).unwrap()), created);
}

#[test]
fn many_writers_lose_nothing() {
    let folder = Folder::new();
    let service = LocalIam::open(folder.file()).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (client, file) = (client(&service), folder.file());
            scope.spawn(move || {
                for user in 0..10 {
                    let name = format!("u{thread}-{user}");
                    client.create_user(&iam::CreateUserRequest::new(name.as_str())).unwrap();
                    assert!(fs::read_to_string(&file).unwrap().contains(&format!("\"{name}\"")));
                }
            });
        }
    });
    drop(service);
    let service = LocalIam::open(folder.file()).unwrap();
    assert_eq!(client(&service).list_users(&iam::ListUsersRequest::new()).unwrap().users.len(), 80);
}

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
    client.delete_user(&iam::DeleteUserRequest::new("first")).unwrap();
    assert!(!text().contains("first"));
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
    drop(service);
    let whole = fs::read_to_string(folder.file()).unwrap();
    let replaced = |from: &str, to: &str| {
        assert!(whole.contains(from), "{from} is not in {whole}");
        whole.replacen(from, to, 1)
    };
    let cases = [
        (String::new(), "EOF while parsing"),
        (whole[..whole.len() / 2].to_owned(), "line "),
        ("[]".to_owned(), "no object"),
        ("{}".to_owned(), "format: is missing"),
        (replaced("shapewire-account", "something"), "format: must be shapewire-account"),
        (replaced("\"made\": 4", "\"made\": -4"), "made: no whole number"),
        (replaced("\"name\": \"joe\"", "\"name\": \"JANE\""), "users[1]: its name or an id of its is there twice"),
        (replaced("\"name\": \"joe\"", "\"nam\": \"joe\""), "users[1].name: is missing"),
        (replaced("\"name\": \"joe\"", "\"name\": \"joe\", \"age\": 5"), "users[1].age: is unknown"),
        (replaced("codecommit.amazonaws.com", "s3.amazonaws.com"), "users[0].credentials[0].service: no service"),
        (replaced("\"last_used\": null", "\"last_used\": 5"), "users[0].access_keys[0].last_used: no object"),
        (replaced("\"members\": [\n", "\"members\": [\"AIDA\",\n"), "groups[1].members: AIDA is no user's id"),
        (replaced("\"path\": \"/x/\"", "\"path\": []"), "groups[1].path: no text"),
    ];
    for (text, expected) in cases {
        fs::write(folder.file(), &text).unwrap();
        let error = LocalIam::open(folder.file()).unwrap_err();
        assert!(matches!(error.kind(), StateErrorKind::Damaged(_)), "{error}");
        assert!(error.to_string().contains(expected), "{error} has no {expected}");
        assert!(!format!("{error} {error:?}").contains(key.secret_access_key.expose_secret()));
        assert_eq!(fs::read_to_string(folder.file()).unwrap(), text);
    }

    let later = replaced("\"version\": 1", "\"version\": 2, \"new\": {}");
    fs::write(folder.file(), &later).unwrap();
    let error = LocalIam::open(folder.file()).unwrap_err();
    assert!(matches!(error.kind(), StateErrorKind::Newer(2)), "{error}");
    assert!(error.to_string().contains("version 2"), "{error}");
    assert_eq!(fs::read_to_string(folder.file()).unwrap(), later);
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 2, "only the file and its lock");

    fs::write(folder.file(), &whole).unwrap();
    LocalIam::open(folder.file()).unwrap();
}

#[test]
fn cut_at_any_byte_it_is_refused() {
    let folder = Folder::new();
    drop(LocalIam::open(folder.file()).unwrap());
    let whole = fs::read(folder.file()).unwrap();
    // But for the line end at the end.
    for length in 0..whole.len() - 1 {
        fs::write(folder.file(), &whole[..length]).unwrap();
        let error = LocalIam::open(folder.file()).unwrap_err();
        assert!(matches!(error.kind(), StateErrorKind::Damaged(_)), "{length}: {error}");
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
    let before = fs::read_to_string(folder.file()).unwrap();
    // A folder is where the new file would be.
    let blocked = folder.0.join("account.json.new");
    fs::create_dir(&blocked).unwrap();
    let create = |name: &str| client.create_user(&iam::CreateUserRequest::new(name));
    let message = assert_refused(create("second"), 500, "ServiceFailure");
    assert!(message.contains("could not be stored"), "{message}");
    assert_eq!(fs::read_to_string(folder.file()).unwrap(), before);
    // It does not hold: nobody sees the user, and who tries again makes it.
    assert_refused(client.get_user(&iam::GetUserRequest::new().with_user_name("second")), 404, "NoSuchEntity");
    assert_refused(create("third"), 500, "ServiceFailure");
    fs::remove_dir(&blocked).unwrap();
    create("second").unwrap();
    let after = fs::read_to_string(folder.file()).unwrap();
    assert!(after.contains("second") && !after.contains("third"), "{after}");
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
        // The disk fails now and again.
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                fs::create_dir(&blocked).unwrap_or_default();
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
    let created = created.into_inner().unwrap();
    assert_eq!(listed(&service), created);
    assert_eq!(created.len() + refused.into_inner() as usize, 240);
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

//! An account as JSON, and back. What is written is read again to the last member; what is not understood is an error.
//!
//! First there is a document: all users and groups. After it, each on a line of its own and ended by it, come changes: the
//! users and groups that are new or not as they were, and the names, in lower case, of those that are no more. What stands
//! after the last line's end is a change that was not written to its end, and so none.

use std::collections::BTreeSet;
use std::io;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value as Json, json};

use super::StateErrorKind;
use crate::iam;
use crate::local::services;
use crate::local::state::{AccessKey, Credential, Group, Key, LastUsed, State, Touched, User};
use crate::local::table::{Rows, Table};
use crate::timestamp::Timestamp;

/// Below it, JSON numbers are exact for every reader, and there is always a next one.
const MAX_NUMBER: u64 = 1 << 53;
const FORMAT: &str = "shapewire-account";
pub(super) const VERSION: u64 = 2;

/// The whole account.
pub(super) fn whole(state: &State) -> io::Result<Vec<u8>> {
    let users: Vec<Json> = state.users.values().map(user_to_json).collect();
    let groups: Vec<Json> = state.groups.values().map(group_to_json).collect();
    let document = json!({
        "format": FORMAT,
        "version": VERSION,
        "made": state.made,
        "users": users,
        "groups": groups,
    });
    let mut text = serde_json::to_vec_pretty(&document)?;
    text.push(b'\n');
    Ok(text)
}

/// The line of a change: how what was touched is now.
pub(super) fn change(state: &State, touched: &Touched) -> io::Result<Vec<u8>> {
    let (users, removed_users) = rows(&state.users, &touched.users, user_to_json);
    let (groups, removed_groups) = rows(&state.groups, &touched.groups, group_to_json);
    let mut text = serde_json::to_vec(&json!({
        "made": state.made,
        "removed_users": removed_users,
        "users": users,
        "removed_groups": removed_groups,
        "groups": groups,
    }))?;
    text.push(b'\n');
    Ok(text)
}

/// Those that are there, and the names of those that are not.
fn rows<'a, T: Clone>(table: &Table<T>, touched: &'a Rows<T>, to_json: fn(&T) -> Json) -> (Vec<Json>, Vec<&'a str>) {
    let (there, gone): (Vec<_>, Vec<_>) = touched.keys().partition(|key| table.contains_key(*key));
    (
        there.into_iter().filter_map(|key| table.get(key).map(to_json)).collect(),
        gone.into_iter().map(Key::as_str).collect(),
    )
}

fn user_to_json(user: &User) -> Json {
    let tags: Vec<Json> = user.tags.values().map(|tag| json!({"key": tag.key, "value": tag.value})).collect();
    json!({
        "name": user.name,
        "path": user.path,
        "id": user.id,
        "created": user.created.to_string(),
        "permissions_boundary": user.permissions_boundary,
        "tags": tags,
        "credentials": user.credentials.iter().map(credential_to_json).collect::<Vec<_>>(),
        "access_keys": user.access_keys.iter().map(access_key_to_json).collect::<Vec<_>>(),
    })
}

fn credential_to_json(credential: &Credential) -> Json {
    json!({
        "id": credential.id,
        "number": credential.number,
        "service": credential.service.name,
        "public_name": credential.public_name,
        "created": credential.created.to_string(),
        "expires": credential.expires.map(|expires| expires.to_string()),
        "is_active": credential.is_active,
    })
}

fn access_key_to_json(key: &AccessKey) -> Json {
    let last_used = key
        .last_used
        .as_ref()
        .map(|used| json!({"at": used.at.to_string(), "service": used.service, "region": used.region}));
    json!({
        "id": key.id,
        "number": key.number,
        "secret": key.secret.expose_secret(),
        "created": key.created.to_string(),
        "is_active": key.is_active,
        "last_used": last_used,
    })
}

fn group_to_json(group: &Group) -> Json {
    json!({
        "name": group.name,
        "path": group.path,
        "id": group.id,
        "created": group.created.to_string(),
        "members": group.members,
    })
}

pub(super) fn read(text: &[u8]) -> Result<State, StateErrorKind> {
    let mut values = serde_json::Deserializer::from_slice(text).into_iter::<Json>();
    let document = values.next().unwrap_or_else(|| serde_json::from_slice(text));
    let document = document.map_err(|error| StateErrorKind::Damaged(error.to_string()))?;
    let mut fields = Fields::of(document, String::new()).map_err(StateErrorKind::Damaged)?;
    // Before anything else: a later version may have other members.
    let version = version(&mut fields).map_err(StateErrorKind::Damaged)?;
    if version > VERSION {
        return Err(StateErrorKind::Newer(version));
    }
    state(fields, &text[values.byte_offset()..]).map_err(StateErrorKind::Damaged)
}

type Read<T> = Result<T, String>;

fn version(fields: &mut Fields) -> Read<u64> {
    if fields.text("format")? != FORMAT {
        return Err(format!("format: must be {FORMAT}"));
    }
    fields.number("version")
}

/// The account of a document and the changes after it.
fn state(mut fields: Fields, changes: &[u8]) -> Read<State> {
    let mut state = State { made: fields.number("made")?, ..State::default() };
    for (path, user) in fields.list("users", user)? {
        unique(state.users.insert(Key::new(&user.name), user).is_none(), &path)?;
    }
    for (path, group) in fields.list("groups", group)? {
        unique(state.groups.insert(Key::new(&group.name), group).is_none(), &path)?;
    }
    fields.end()?;
    let mut lines: Vec<&[u8]> = changes.split(|byte| *byte == b'\n').collect();
    if lines.len() > 1 {
        // What has no line's end.
        lines.pop();
    }
    for (index, line) in lines.into_iter().enumerate().filter(|(_, line)| !line.trim_ascii().is_empty()) {
        let path = format!("changes[{index}]");
        let json = serde_json::from_slice(line).map_err(|error| format!("{path}: {error}"))?;
        apply(Fields::of(json, path)?, &mut state)?;
    }
    check(&state)?;
    // All that is there now is stored.
    state.take_touched();
    Ok(state)
}

fn apply(mut fields: Fields, state: &mut State) -> Read<()> {
    state.made = fields.number("made")?;
    for name in fields.texts("removed_users")? {
        state.users.remove(&Key::new(&name));
    }
    for (_, user) in fields.list("users", user)? {
        state.users.insert(Key::new(&user.name), user);
    }
    for name in fields.texts("removed_groups")? {
        state.groups.remove(&Key::new(&name));
    }
    for (_, group) in fields.list("groups", group)? {
        state.groups.insert(Key::new(&group.name), group);
    }
    fields.end()
}

fn unique(is_unique: bool, path: &str) -> Read<()> {
    if is_unique { Ok(()) } else { Err(format!("{path}: its name is there twice")) }
}

/// What users and groups say of each other.
fn check(state: &State) -> Read<()> {
    let users: BTreeSet<&str> = state.users.values().map(|user| user.id.as_str()).collect();
    let mut ids = BTreeSet::new();
    for user in state.users.values() {
        let credentials = user.credentials.iter().map(|credential| &credential.id);
        let keys = user.access_keys.iter().map(|key| &key.id);
        if !std::iter::once(&user.id).chain(credentials).chain(keys).all(|id| ids.insert(id)) {
            return Err(format!("user {}: an id is there twice", user.name));
        }
    }
    for group in state.groups.values() {
        if !ids.insert(&group.id) {
            return Err(format!("group {}: its id is there twice", group.name));
        }
        if let Some(stranger) = group.members.iter().find(|id| !users.contains(id.as_str())) {
            return Err(format!("group {}: {stranger} is no user's id", group.name));
        }
    }
    Ok(())
}

fn user(fields: &mut Fields) -> Read<User> {
    Ok(User {
        name: fields.text("name")?,
        path: fields.text("path")?,
        id: fields.text("id")?,
        created: fields.timestamp("created")?,
        permissions_boundary: fields.optional("permissions_boundary", Fields::text)?,
        tags: fields
            .list("tags", |fields| Ok(iam::Tag::new(fields.text("key")?, fields.text("value")?)))?
            .into_iter()
            .map(|(_, tag)| (Key::new(&tag.key), tag))
            .collect(),
        credentials: fields.list("credentials", credential)?.into_iter().map(|(_, credential)| credential).collect(),
        access_keys: fields.list("access_keys", access_key)?.into_iter().map(|(_, key)| key).collect(),
    })
}

fn credential(fields: &mut Fields) -> Read<Credential> {
    let service = fields.text("service")?;
    Ok(Credential {
        id: fields.text("id")?,
        number: fields.number("number")?,
        service: services::find(&service).map_err(|_| fields.wrong("service", "no service that has credentials"))?,
        public_name: fields.text("public_name")?,
        created: fields.timestamp("created")?,
        expires: fields.optional("expires", Fields::timestamp)?,
        is_active: fields.boolean("is_active")?,
    })
}

fn access_key(fields: &mut Fields) -> Read<AccessKey> {
    Ok(AccessKey {
        id: fields.text("id")?,
        number: fields.number("number")?,
        secret: SecretString::from(fields.text("secret")?),
        created: fields.timestamp("created")?,
        is_active: fields.boolean("is_active")?,
        last_used: fields.optional("last_used", |fields, name| {
            let mut used = fields.object(name)?;
            let last_used =
                LastUsed { at: used.timestamp("at")?, service: used.text("service")?, region: used.text("region")? };
            used.end()?;
            Ok(last_used)
        })?,
    })
}

fn group(fields: &mut Fields) -> Read<Group> {
    Ok(Group {
        name: fields.text("name")?,
        path: fields.text("path")?,
        id: fields.text("id")?,
        created: fields.timestamp("created")?,
        members: fields.texts("members")?.into_iter().collect(),
    })
}

/// The members of an object that are still to be read. What is wrong is told with its path, and never with its value.
struct Fields {
    path: String,
    object: Map<String, Json>,
}

impl Fields {
    fn of(json: Json, path: String) -> Read<Self> {
        match json {
            Json::Object(object) => Ok(Self { path, object }),
            _ if path.is_empty() => Err("no object".to_owned()),
            _ => Err(format!("{path}: no object")),
        }
    }

    fn wrong(&self, name: &str, what: &str) -> String {
        format!("{}: {what}", self.path_of(name))
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    fn take(&mut self, name: &str) -> Read<Json> {
        self.object.remove(name).ok_or_else(|| self.wrong(name, "is missing"))
    }

    fn text(&mut self, name: &str) -> Read<String> {
        match self.take(name)? {
            Json::String(text) => Ok(text),
            _ => Err(self.wrong(name, "no text")),
        }
    }

    fn number(&mut self, name: &str) -> Read<u64> {
        let number = self.take(name)?.as_u64().filter(|number| *number < MAX_NUMBER);
        number.ok_or_else(|| self.wrong(name, "no whole number below 2^53"))
    }

    fn boolean(&mut self, name: &str) -> Read<bool> {
        self.take(name)?.as_bool().ok_or_else(|| self.wrong(name, "neither true nor false"))
    }

    fn timestamp(&mut self, name: &str) -> Read<Timestamp> {
        self.text(name)?.parse().map_err(|error| self.wrong(name, &format!("{error}")))
    }

    fn object(&mut self, name: &str) -> Read<Self> {
        Self::of(self.take(name)?, self.path_of(name))
    }

    fn texts(&mut self, name: &str) -> Read<Vec<String>> {
        let Json::Array(items) = self.take(name)? else { return Err(self.wrong(name, "no list")) };
        let text = |item| match item {
            Json::String(text) => Ok(text),
            _ => Err(self.wrong(name, "not all texts")),
        };
        items.into_iter().map(text).collect()
    }

    /// What `read` reads of a member that is not null.
    fn optional<T>(&mut self, name: &str, read: impl FnOnce(&mut Self, &str) -> Read<T>) -> Read<Option<T>> {
        if self.object.get(name) == Some(&Json::Null) {
            self.object.remove(name);
            return Ok(None);
        }
        read(self, name).map(Some)
    }

    /// The objects of a list, each with its path.
    fn list<T>(&mut self, name: &str, read: impl Fn(&mut Self) -> Read<T>) -> Read<Vec<(String, T)>> {
        let Json::Array(items) = self.take(name)? else { return Err(self.wrong(name, "no list")) };
        let read = |(index, item)| {
            let path = format!("{}[{index}]", self.path_of(name));
            let mut fields = Self::of(item, path.clone())?;
            let value = read(&mut fields)?;
            fields.end()?;
            Ok((path, value))
        };
        items.into_iter().enumerate().map(read).collect()
    }

    fn end(&self) -> Read<()> {
        match self.object.keys().next() {
            Some(name) => Err(self.wrong(name, "is unknown")),
            None => Ok(()),
        }
    }
}

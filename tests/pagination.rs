//! Pages and items over a transport that answers what it is told to.
#![cfg(feature = "iam")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use http::{Request, Response};
use shapewire::client::PaginationError;
use shapewire::transport::{Transport, TransportError};
use shapewire::{Client, Error, iam};

/// Answers one body after the other, and keeps what it was sent.
#[derive(Clone, Default)]
struct Script {
    replies: Arc<Mutex<VecDeque<String>>>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Transport for Script {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        self.requests.lock().unwrap().push(String::from_utf8(request.into_body()).unwrap());
        let reply =
            self.replies.lock().unwrap().pop_front().ok_or_else(|| TransportError::new("nothing more to say"))?;
        Ok(Response::new(reply.into_bytes()))
    }
}

/// A page with these users, and what it says of the next one.
fn page(users: &[&str], rest: &str) -> String {
    let users: Vec<String> = users.iter().map(|name| format!("<member><UserName>{name}</UserName></member>")).collect();
    format!(
        "<ListUsersResponse><ListUsersResult><Users>{}</Users>{rest}</ListUsersResult></ListUsersResponse>",
        users.concat()
    )
}

fn more(marker: &str) -> String {
    format!("<IsTruncated>true</IsTruncated><Marker>{marker}</Marker>")
}

const LAST: &str = "<IsTruncated>false</IsTruncated>";

fn script(replies: &[String]) -> (Client, Script) {
    let script = Script::default();
    script.replies.lock().unwrap().extend(replies.iter().cloned());
    (Client::new(script.clone(), "http://localhost/".parse().unwrap()), script)
}

fn names(client: &Client) -> Vec<Result<String, iam::Error>> {
    let input = iam::ListUsersRequest::new().with_path_prefix("/a/");
    client.pages::<iam::ListUsers>(input).items(|page| page.users).map(|user| user.map(|user| user.user_name)).collect()
}

#[test]
fn items_come_from_all_pages_and_an_empty_page_is_not_the_end() {
    let replies = [page(&["a", "b"], &more("1")), page(&[], &more("2")), page(&["c"], &more("3")), page(&["d"], LAST)];
    let (client, script) = script(&replies);
    let names: Vec<String> = names(&client).into_iter().map(Result::unwrap).collect();
    assert_eq!(names, ["a", "b", "c", "d"]);
    let first = "Action=ListUsers&Version=2010-05-08&PathPrefix=%2Fa%2F";
    let expected =
        [first.to_owned(), format!("{first}&Marker=1"), format!("{first}&Marker=2"), format!("{first}&Marker=3")];
    assert_eq!(*script.requests.lock().unwrap(), expected);
}

#[test]
fn a_marker_beside_the_last_page_is_not_followed() {
    let (client, script) = script(&[page(&["a"], &format!("{LAST}<Marker>x</Marker>"))]);
    assert_eq!(names(&client).len(), 1);
    assert_eq!(script.requests.lock().unwrap().len(), 1);
}

#[test]
fn a_page_that_leads_back_to_itself_is_an_error_after_it() {
    let (client, script) = script(&[page(&["a"], &more("1")), page(&["b"], &more("1")), page(&["c"], LAST)]);
    let mut found = names(&client).into_iter();
    assert_eq!(found.next().unwrap().unwrap(), "a");
    assert_eq!(found.next().unwrap().unwrap(), "b");
    let error = found.next().unwrap().unwrap_err();
    assert!(
        matches!(error, iam::Error::Call(Error::Pagination(PaginationError::RepeatedToken("ListUsers")))),
        "{error:?}"
    );
    assert!(found.next().is_none());
    assert_eq!(script.requests.lock().unwrap().len(), 2);
}

#[test]
fn pages_that_lead_round_in_circles_are_an_error_however_large_the_circle_is() {
    for (before, around) in [(0, 2), (0, 3), (1, 2), (5, 4), (3, 40), (30, 7)] {
        let marker = |page: usize| if page < before { page } else { before + (page - before) % around };
        let replies: Vec<String> = (0..200).map(|number| page(&["a"], &more(&marker(number).to_string()))).collect();
        let (client, script) = script(&replies);
        let found = names(&client);
        let error = found.last().unwrap().as_ref().unwrap_err();
        assert!(
            matches!(error, iam::Error::Call(Error::Pagination(PaginationError::RepeatedToken("ListUsers")))),
            "{error:?}"
        );
        let calls = script.requests.lock().unwrap().len();
        assert!(found.len() == calls + 1 && (before + around..=3 * (before + around)).contains(&calls), "{calls}");
    }
    // Numbers that only look alike, and many of them, are no circle.
    let mut replies: Vec<String> = (0..300).map(|number| page(&["a"], &more(&number.to_string()))).collect();
    replies.push(page(&["a"], LAST));
    assert!(names(&script(&replies).0).iter().all(Result::is_ok));
}

#[test]
fn an_empty_token_is_the_end() {
    for rest in ["<Marker></Marker>", "<IsTruncated>false</IsTruncated><Marker/>", ""] {
        let (client, script) = script(&[page(&["a"], rest)]);
        assert_eq!(names(&client).len(), 1, "{rest}");
        assert_eq!(script.requests.lock().unwrap().len(), 1, "{rest}");
    }
}

#[test]
fn more_without_a_token_is_an_error_after_the_page() {
    let (client, _) = script(&[page(&["a"], "<IsTruncated>true</IsTruncated>")]);
    let found = names(&client);
    assert_eq!(found[0].as_ref().unwrap(), "a");
    assert!(matches!(found[1], Err(iam::Error::Call(Error::Pagination(PaginationError::MissingToken(_))))));
    assert_eq!(found.len(), 2);
}

#[test]
fn after_an_error_there_are_no_pages() {
    let (client, script) = script(&[page(&["a"], &more("1")), "<html/>".to_owned(), page(&["b"], LAST)]);
    let found = names(&client);
    assert_eq!(found.len(), 2);
    assert!(matches!(found[1], Err(iam::Error::Call(Error::Decode(_)))));
    assert_eq!(script.requests.lock().unwrap().len(), 2);
}

#[test]
fn pages_by_name() {
    let (client, _) = script(&[page(&["a"], &more("1")), page(&["b"], LAST)]);
    let operation = iam::SERVICE.operation("ListUsers").unwrap();
    let pages: Vec<_> = client.pages_by_name(operation, operation.new_input()).map(Result::unwrap).collect();
    assert_eq!(pages.len(), 2);
    let get = iam::SERVICE.operation("GetUser").unwrap();
    let error = client.pages_by_name(get, get.new_input()).next().unwrap().unwrap_err();
    assert_eq!(error.to_string(), "GetUser: the model does not divide its replies into pages");
}

#[test]
fn the_overlay_s_paginator_pages_credentials() {
    let reply = |ids: &[&str], rest: &str| {
        let ids: Vec<String> = ids
            .iter()
            .map(|id| format!("<member><ServiceSpecificCredentialId>{id}</ServiceSpecificCredentialId></member>"))
            .collect();
        format!(
            "<ListServiceSpecificCredentialsResponse><ListServiceSpecificCredentialsResult><ServiceSpecificCredentials>{}\
             </ServiceSpecificCredentials>{rest}</ListServiceSpecificCredentialsResult></ListServiceSpecificCredentialsResponse>",
            ids.concat()
        )
    };
    let (client, _) = script(&[reply(&["1"], &more("m")), reply(&["2", "3"], LAST)]);
    let ids: Vec<String> = client
        .pages::<iam::ListServiceSpecificCredentials>(
            iam::ListServiceSpecificCredentialsRequest::new().with_user_name("jane"),
        )
        .items(|page| page.service_specific_credentials)
        .map(|metadata| metadata.unwrap().service_specific_credential_id)
        .collect();
    assert_eq!(ids, ["1", "2", "3"]);
}

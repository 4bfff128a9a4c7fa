//! Documents that replies hold percent-encoded.
#![cfg(all(feature = "iam", feature = "json"))]

use serde_json::json;
use shapewire::json::Secrets;
use shapewire::{OperationShape, PolicyDocument, iam};

const TRUST: &str =
    "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D";

#[test]
fn what_is_encoded_is_decoded_and_the_rest_stays() {
    for (original, decoded) in [
        ("", ""),
        ("%7B%7D", "{}"),
        ("%7b%7d", "{}"),
        ("%22a+b%2Bc%20d%22", "\"a+b+c d\""),
        ("%22%C3%A9%E6%97%A5%22", "\"é日\""),
        // Not encoded.
        (r#"{"a": "100%25"}"#, r#"{"a": "100%25"}"#),
        ("{}", "{}"),
        // Wrongly encoded.
        ("%7B%7", "%7B%7"),
        ("%7B%", "%7B%"),
        ("%7B%GG%7D", "%7B%GG%7D"),
        ("%7B%+1%7D", "%7B%+1%7D"),
        ("%FF", "%FF"),
        ("é%7D", "é}"),
    ] {
        let document = PolicyDocument::new(original);
        assert_eq!((document.original(), &*document.decoded()), (original, decoded));
    }
    assert!(PolicyDocument::new("").json().is_err());
    assert!(PolicyDocument::new(&"%5B".repeat(100_000)).json().is_err(), "deep, but no overflow");
}

#[test]
fn documents_in_structures_and_lists() {
    let body = format!(
        "<GetAccountAuthorizationDetailsResponse><GetAccountAuthorizationDetailsResult><RoleDetailList><member>\
           <RoleName>r</RoleName><AssumeRolePolicyDocument>{TRUST}</AssumeRolePolicyDocument>\
           <RolePolicyList><member><PolicyName>%7B%7D</PolicyName><PolicyDocument>%7B%7D</PolicyDocument></member></RolePolicyList>\
         </member></RoleDetailList></GetAccountAuthorizationDetailsResult></GetAccountAuthorizationDetailsResponse>"
    );
    let reply = iam::GetAccountAuthorizationDetails::decode(&http::Response::new(body)).unwrap();
    let role = &reply.role_detail_list[0];
    // The original stays.
    assert_eq!(role.assume_role_policy_document.as_deref(), Some(TRUST));
    let trust = PolicyDocument::new(TRUST).json().unwrap();
    assert_eq!(trust["Statement"][0]["Action"], "sts:AssumeRole");

    let shape = iam::GetAccountAuthorizationDetails::OPERATION.output().shape();
    let original = shapewire::json::to_value(&reply, Secrets::Redact);
    let mut decoded = original.clone();
    shapewire::json::decode_documents(&mut decoded, shape);
    let role = &decoded["RoleDetailList"][0];
    assert_eq!(role["AssumeRolePolicyDocument"], trust);
    assert_eq!(
        role["RolePolicyList"],
        json!([{"PolicyName": "%7B%7D", "PolicyDocument": {}}]),
        "a name is no document"
    );
    assert_eq!(original["RoleDetailList"][0]["AssumeRolePolicyDocument"], TRUST);
    // Again, and on JSON of another form, nothing happens.
    let again = decoded.clone();
    shapewire::json::decode_documents(&mut decoded, shape);
    assert_eq!(decoded, again);
    let mut other = json!({"RoleDetailList": {"member": [1]}, "Policies": null});
    shapewire::json::decode_documents(&mut other, shape);
    assert_eq!(other, json!({"RoleDetailList": {"member": [1]}, "Policies": null}));
}

#[test]
fn every_document_of_iam_is_known_by_its_shape() {
    let encoded = |name: &str, member: &str| {
        let operation = iam::SERVICE.operation(name).unwrap();
        let shape = operation.output().shape();
        shape.members()[shape.member_index(member).unwrap()].target().is_percent_encoded_json()
    };
    assert!(encoded("GetUserPolicy", "PolicyDocument"));
    assert!(encoded("GetRolePolicy", "PolicyDocument"));
    assert!(encoded("GetGroupPolicy", "PolicyDocument"));
    assert!(!encoded("GetUserPolicy", "PolicyName"));
    assert!(!encoded("GetSAMLProvider", "SAMLMetadataDocument"));
}

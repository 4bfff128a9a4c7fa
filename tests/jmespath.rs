//! What expressions give, by a table that was checked by hand against the specification.
#![cfg(all(feature = "iam", feature = "json"))]

use std::sync::LazyLock;

use serde_json::{Value as Json, json};
use shapewire::iam;
use shapewire::jmespath::{Comparison, Expression, Literal, Node, Value};
use shapewire::value::{Structure, View};
use shapewire_codegen::jmespath as codegen;

/// The tree that the generator reads, as the generated code would hold it.
fn expression(text: &str) -> Expression {
    let node = codegen::parse(text).unwrap_or_else(|reason| panic!("{text}: {reason}"));
    Expression::new(text.to_owned().leak(), tree(&node))
}

fn tree(node: &codegen::Node) -> Node {
    let one = |node: &codegen::Node| -> &'static Node { Box::leak(Box::new(tree(node))) };
    let many = |nodes: &[codegen::Node]| -> &'static [Node] { nodes.iter().map(tree).collect::<Vec<_>>().leak() };
    match node {
        codegen::Node::Current => Node::Current,
        codegen::Node::Path(names) => Node::Path(names.join(".").leak()),
        codegen::Node::Index(index) => Node::Index(*index),
        codegen::Node::Literal(literal) => Node::Literal(match literal {
            codegen::Literal::Null => Literal::Null,
            codegen::Literal::Boolean(boolean) => Literal::Boolean(*boolean),
            codegen::Literal::Integer(number) => Literal::Integer(*number),
            codegen::Literal::Float(number) => Literal::Float(*number),
            codegen::Literal::String(text) => Literal::String(text.clone().leak()),
            other => panic!("{other:?}"),
        }),
        codegen::Node::Chain(parts) => Node::Chain(many(parts)),
        codegen::Node::Flatten(part) => Node::Flatten(one(part)),
        codegen::Node::Values(part) => Node::Values(one(part)),
        codegen::Node::Filter(list, condition) => Node::Filter(one(list), one(condition)),
        codegen::Node::Project(list, part) => Node::Project(one(list), one(part)),
        codegen::Node::Or(left, right) => Node::Or(one(left), one(right)),
        codegen::Node::And(left, right) => Node::And(one(left), one(right)),
        codegen::Node::Not(part) => Node::Not(one(part)),
        codegen::Node::Compare(comparison, left, right) => {
            let comparison = match comparison {
                codegen::Comparison::Equal => Comparison::Equal,
                codegen::Comparison::NotEqual => Comparison::NotEqual,
                codegen::Comparison::Less => Comparison::Less,
                codegen::Comparison::LessOrEqual => Comparison::LessOrEqual,
                codegen::Comparison::Greater => Comparison::Greater,
                codegen::Comparison::GreaterOrEqual => Comparison::GreaterOrEqual,
            };
            Node::Compare(comparison, one(left), one(right))
        }
        codegen::Node::List(parts) => Node::List(many(parts)),
        codegen::Node::Length(part) => Node::Length(one(part)),
        codegen::Node::Contains(list, part) => Node::Contains(one(list), one(part)),
        other => panic!("{other:?}"),
    }
}

fn to_json(value: &Value<'_>) -> Json {
    if let Some(items) = value.items() {
        return items.iter().map(to_json).collect();
    }
    match value {
        Value::Null => Json::Null,
        Value::Boolean(boolean) => json!(boolean),
        Value::Integer(number) => json!(number),
        Value::Float(number) => json!(number),
        Value::String(text) => json!(text),
        Value::View(View::Structure(structure)) => json!(structure.shape().name()),
        Value::View(View::Map(map)) => map.entries().map(|(key, _)| key).collect(),
        _ => panic!("a value of another kind"),
    }
}

static DETAILS: LazyLock<iam::GetAccountAuthorizationDetailsResponse> = LazyLock::new(|| {
    let mut details = iam::GetAccountAuthorizationDetailsResponse::default();
    let json = json!({
        "UserDetailList": [
            {"UserName": "jane", "GroupList": ["a", "b"], "Path": "/x/"},
            {"UserName": "joe", "GroupList": [], "Tags": [{"Key": "team", "Value": "blue"}]},
            {"UserName": "zoë", "GroupList": ["b"], "Path": ""}
        ],
        "Policies": [
            {"PolicyName": "p", "AttachmentCount": 2, "IsAttachable": true},
            {"PolicyName": "q", "AttachmentCount": 0, "IsAttachable": false},
            {"PolicyName": "r"}
        ],
        "IsTruncated": true,
        "Marker": "next"
    });
    shapewire::json::read(&json, &mut details).unwrap();
    details
});

static SUMMARY: LazyLock<iam::GetAccountSummaryResponse> = LazyLock::new(|| {
    let mut summary = iam::GetAccountSummaryResponse::default();
    let json = json!({"SummaryMap": {"Groups": 7, "Users": 27, "UsersQuota": 150}});
    shapewire::json::read(&json, &mut summary).unwrap();
    summary
});

fn check(structure: &dyn Structure, table: &[(&str, Json)]) {
    for (text, expected) in table {
        assert_eq!(to_json(&expression(text).evaluate(structure)), *expected, "{text}");
    }
}

#[test]
fn names_indexes_and_projections() {
    check(
        &*DETAILS,
        &[
            ("Marker", json!("next")),
            ("@.Marker", json!("next")),
            ("\"Marker\"", json!("next")),
            ("Nix", json!(null)),
            ("Marker.Nix", json!(null)),
            ("UserDetailList[0].UserName", json!("jane")),
            ("UserDetailList[-1].UserName", json!("zoë")),
            ("UserDetailList[3].UserName", json!(null)),
            ("UserDetailList[-4]", json!(null)),
            ("UserDetailList[-2147483648]", json!(null)),
            ("Marker[0]", json!(null)),
            ("UserDetailList[].UserName", json!(["jane", "joe", "zoë"])),
            ("UserDetailList[*].UserName", json!(["jane", "joe", "zoë"])),
            ("UserDetailList.UserName", json!(null)),
            ("UserDetailList[*].Path", json!(["/x/", ""])),
            ("UserDetailList[].GroupList", json!([["a", "b"], [], ["b"]])),
            ("UserDetailList[].GroupList[]", json!(["a", "b", "b"])),
            ("UserDetailList[*].GroupList[*]", json!([["a", "b"], [], ["b"]])),
            ("UserDetailList[].GroupList[0]", json!(["a", "b"])),
            ("UserDetailList[].GroupList[] | [0]", json!("a")),
            ("UserDetailList[].Tags[].Value", json!(["blue"])),
            ("UserDetailList[1].Tags[0].[Key, Value]", json!(["team", "blue"])),
            ("UserDetailList[].[UserName, Path]", json!([["jane", "/x/"], ["joe", null], ["zoë", ""]])),
            ("UserDetailList[].[UserName, Path][]", json!(["jane", "/x/", "joe", "zoë", ""])),
            ("Nix.[Marker]", json!(null)),
            ("Marker[]", json!(null)),
            ("GroupDetailList[].GroupName", json!([])),
            ("UserDetailList[0]", json!("UserDetail")),
        ],
    );
}

#[test]
fn filters_conditions_and_functions() {
    check(
        &*DETAILS,
        &[
            ("UserDetailList[?Path].UserName", json!(["jane"])),
            ("UserDetailList[?!Path].UserName", json!(["joe", "zoë"])),
            ("UserDetailList[?UserName == 'joe'].Tags[].Key", json!(["team"])),
            ("UserDetailList[?contains(GroupList, 'b')].UserName", json!(["jane", "zoë"])),
            ("UserDetailList[?length(GroupList) > `1`] | [0].UserName", json!("jane")),
            ("Policies[?AttachmentCount >= `0`].PolicyName", json!(["p", "q"])),
            ("Policies[?AttachmentCount < `2`].PolicyName", json!(["q"])),
            ("Policies[?AttachmentCount <= `2.0` && IsAttachable].PolicyName", json!(["p"])),
            ("Policies[?AttachmentCount != `0` || PolicyName == 'q'].PolicyName", json!(["p", "q", "r"])),
            ("Policies[].AttachmentCount == `0`", json!(false)),
            ("Marker[?@ == 'next']", json!(null)),
            ("Marker == 'next'", json!(true)),
            ("Marker == `\"next\"`", json!(true)),
            ("'it\\'s'", json!("it's")),
            ("`\"\\`\"`", json!("`")),
            ("`null`", json!(null)),
            ("`1` == `1.0`", json!(true)),
            ("`true` == `1`", json!(false)),
            ("IsTruncated && Marker", json!("next")),
            ("Nix && Marker", json!(null)),
            ("Nix || Marker", json!("next")),
            ("GroupDetailList || Marker", json!("next")),
            ("Nix || UserDetailList[-1].UserName", json!("zoë")),
            ("!Marker || `5`", json!(5)),
            ("Marker || Nix && Nix", json!("next")),
            ("(Marker || Nix) && Nix", json!(null)),
            ("Nix == Other", json!(true)),
            ("UserDetailList[2].GroupList == UserDetailList[0].GroupList", json!(false)),
            ("UserDetailList[2].GroupList == [UserDetailList[0].GroupList[1]]", json!(true)),
            ("length(UserDetailList)", json!(3)),
            ("length(GroupDetailList) == `0`", json!(true)),
            ("length(UserDetailList[2].UserName)", json!(3)),
            ("UserDetailList[].length(GroupList)", json!([2, 0, 1])),
            ("contains(Marker, 'ex')", json!(true)),
            ("contains(UserDetailList[].UserName, 'joe')", json!(true)),
            ("contains(UserDetailList[].[length(GroupList) >= `1`][], `false`)", json!(true)),
            ("[Marker, length(Policies)]", json!(["next", 3])),
        ],
    );
}

#[test]
fn what_the_specification_calls_an_error_is_null() {
    for text in ["`1` < 'a'", "length(IsTruncated)", "length(Nix) > `0`", "contains(Nix, 'a')"] {
        check(&*DETAILS, &[(text, json!(null))]);
    }
}

#[test]
fn maps_and_their_values() {
    check(
        &*SUMMARY,
        &[
            ("SummaryMap.Users", json!(27)),
            ("SummaryMap.Nix", json!(null)),
            ("SummaryMap.*", json!([7, 27, 150])),
            ("SummaryMap.* | [0]", json!(7)),
            ("*.Users", json!([27])),
            ("*", json!([["Groups", "Users", "UsersQuota"]])),
            ("length(SummaryMap)", json!(3)),
            ("SummaryMap[]", json!(null)),
            ("SummaryMap && 'yes'", json!("yes")),
        ],
    );
}

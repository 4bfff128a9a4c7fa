//! `ec2Query`, both halves, over a small service of our own: the names in requests, what a server refuses, replies and
//! errors. That everything survives the way there and back is in `round_trip.rs`.
#![cfg(feature = "server")]

use http::{Request, Response};
use shapewire::decode::DecodeOptions;
use shapewire::server::{Call, Router, error_reply, reply};
use shapewire::{OperationShape, Structure, Timestamp};

/// `codegen/tests/golden/harbour.json`.
#[allow(clippy::all, clippy::pedantic)]
pub mod harbour {
    include!("../codegen/tests/golden/harbour.rs");
}

fn encode<O: OperationShape>(input: &O::Input) -> Request<Vec<u8>> {
    let endpoint = "https://harbour.example.com/".parse().unwrap();
    O::OPERATION.encode_with_tokens(input, &endpoint, &|| "a-token".to_owned()).unwrap()
}

/// The body without action and version.
fn body<O: OperationShape>(input: &O::Input) -> String {
    let body = String::from_utf8(encode::<O>(input).into_body()).unwrap();
    body.strip_prefix(&format!("Action={}&Version=2021-03-04", O::OPERATION.name())).unwrap().to_owned()
}

fn call<T: Structure + Clone>(body: &str) -> Result<T, String> {
    let request = Request::post("http://localhost/").body(body.to_owned()).unwrap();
    let input = Call::parse(&[&harbour::SERVICE], &request, &DecodeOptions::strict())
        .and_then(Call::into_input)
        .map_err(|error| format!("{}: {}", error.code(), error.message().unwrap_or_default()))?;
    Ok((&*input as &dyn std::any::Any).downcast_ref::<T>().unwrap().clone())
}

fn moor() -> harbour::MoorShipsRequest {
    harbour::MoorShipsRequest::new([harbour::Ship::new("Anne")], "b-1")
}

fn text(reply: &Response<Vec<u8>>) -> &str {
    std::str::from_utf8(reply.body()).unwrap()
}

#[test]
fn a_location_name_gets_a_capital_letter_and_a_query_name_stays() {
    let request = moor().with_pennant("red").with_colour("blue").with_pilots(["x".to_owned()]).with_client_token("t");
    assert_eq!(
        body::<harbour::MoorShips>(&request),
        "&Ship.1.Name=Anne&BerthId=b-1&Pilot.1=x&pennant=red&Colour=blue&ClientToken=t"
    );
}

#[test]
fn lists_are_flattened_whatever_their_traits_and_names_of_members_do_not_count() {
    let boat = harbour::Ship::new("Dinghy").with_kind("unknown");
    let ship = harbour::Ship::new("Anne").with_boats([boat.clone(), boat]).with_tows(harbour::Ship::new("Barge"));
    let request = harbour::MoorShipsRequest::new([ship], "b-1")
        .with_signals([vec!["a".to_owned(), "b".to_owned()], vec!["c".to_owned()]])
        .with_flags(["x".to_owned(), "y".to_owned()])
        .with_client_token("t");
    assert_eq!(
        body::<harbour::MoorShips>(&request),
        "&Ship.1.Name=Anne&Ship.1.Tows.Name=Barge&Ship.1.BoatSet.1.Name=Dinghy&Ship.1.BoatSet.1.Kind=unknown\
         &Ship.1.BoatSet.2.Name=Dinghy&Ship.1.BoatSet.2.Kind=unknown&BerthId=b-1\
         &SignalSet.1.1=a&SignalSet.1.2=b&SignalSet.2.1=c&Flag.1=x&Flag.2=y&ClientToken=t"
    );
    let filter = harbour::Filter::new().with_name("flag").with_values(["nl".to_owned(), "be".to_owned()]);
    let request = harbour::DescribeShipsRequest::new().with_filters([filter]).with_ship_ids(["s".to_owned()]);
    assert_eq!(
        body::<harbour::DescribeShips>(&request),
        "&ShipId.1=s&Filter.1.Name=flag&Filter.1.Value.1=nl&Filter.1.Value.2=be"
    );
}

#[test]
fn an_empty_list_has_no_form_and_a_token_is_made() {
    assert_eq!(body::<harbour::DescribeShips>(&harbour::DescribeShipsRequest::new().with_ship_ids([])), "");
    assert_eq!(body::<harbour::MoorShips>(&moor()), "&Ship.1.Name=Anne&BerthId=b-1&ClientToken=a-token");
}

#[test]
fn timestamps_and_bytes() {
    let time = Timestamp::new(1_422_172_800, 0).unwrap();
    let request = moor()
        .with_until(time)
        .with_announced(time)
        .with_sighted(time)
        .with_papers(*b"foo")
        .with_dry_run(true)
        .with_client_token("t");
    assert_eq!(
        body::<harbour::MoorShips>(&request),
        "&Ship.1.Name=Anne&BerthId=b-1&Until=2015-01-25T08%3A00%3A00Z\
         &Announced=Sun%2C%2025%20Jan%202015%2008%3A00%3A00%20GMT&Sighted=1422172800&Papers=Zm9v\
         &ClientToken=t&DryRun=true"
    );
}

#[test]
fn a_server_reads_the_names_of_requests_and_no_others() {
    let read = call::<harbour::MoorShipsRequest>(
        "Action=MoorShips&Version=2021-03-04&Ship.2.Name=b&Ship.1.Name=a&Ship.1.BoatSet.1.Name=c&BerthId=b-1\
         &SignalSet.1.2=y&SignalSet.1.1=x&Pilot.1=p&pennant=red&Colour=blue",
    )
    .unwrap();
    assert_eq!(read.ships[0].boats.as_ref().unwrap()[0].name, "c");
    assert_eq!((read.ships[1].name.as_str(), read.berth.as_str()), ("b", "b-1"));
    assert_eq!(read.signals.unwrap(), [["x", "y"]]);
    assert_eq!((read.pennant.as_deref(), read.colour.as_deref()), (Some("red"), Some("blue")));
    for (parameter, name) in [
        // Names of replies, names of lists' members, and members of lists where awsQuery has them.
        ("berthId=b-2", "berthId"),
        ("colour=blue", "colour"),
        ("PennantLine=red", "PennantLine"),
        ("Pennant=red", "Pennant"),
        ("PilotSet.1=p", "PilotSet.1"),
        ("Flag.line.1=x", "Flag.line.1"),
        ("Line.1=x", "Line.1"),
        ("Ship.1.boatSet.1.Name=c", "Ship.1.boatSet.1.Name"),
        ("Ship.item.1.Name=c", "Ship.item.1.Name"),
        ("SignalSet.1.row.1=x", "SignalSet.1.row.1"),
    ] {
        let body = format!("Action=MoorShips&Version=2021-03-04&Ship.1.Name=a&BerthId=b-1&{parameter}");
        let refused = call::<harbour::MoorShipsRequest>(&body).unwrap_err();
        assert!(refused.starts_with("ValidationError: ") && refused.contains(name), "{parameter}: {refused}");
    }
}

#[test]
fn a_server_names_what_is_wrong_as_requests_do() {
    let refused = call::<harbour::MoorShipsRequest>("Action=MoorShips&Version=2021-03-04&Ship.2.Name=a&BerthId=b-1");
    assert_eq!(refused.unwrap_err(), "ValidationError: Ship: the list has no member 1 (byte 36)");
    let refused = call::<harbour::MoorShipsRequest>(
        "Action=MoorShips&Version=2021-03-04&Ship.1.BoatSet.1.Crew=3&Ship.1.Name=a&BerthId=x&SignalSet.1.1=a",
    );
    assert_eq!(
        refused.unwrap_err(),
        "ValidationError: 3 validation errors detected: \
         Value at 'ship.1.boatSet.1.name' failed to satisfy constraint: Member must not be null; \
         Value at 'berthId' failed to satisfy constraint: Member must have length greater than or equal to 2; \
         Value at 'berthId' failed to satisfy constraint: Member must satisfy regular expression pattern: b-[0-9a-f]+"
    );
    let refused = call::<harbour::DescribeShipsRequest>(
        "Action=DescribeShips&Version=2021-03-04&Filter.1.Value.1=a&MaxResults=many",
    );
    assert!(refused.as_ref().unwrap_err().starts_with("MalformedInput: MaxResults"), "{refused:?}");
}

#[test]
fn paths_of_violations_are_those_of_requests() {
    let ship = harbour::Ship::new("a").with_boats([harbour::Ship::new("b").with_crew(-1)]);
    let request = harbour::MoorShipsRequest::new([ship], "c");
    let report = request.validate().unwrap_err();
    let paths: Vec<String> = report.violations().iter().map(|violation| violation.path.wire()).collect();
    assert_eq!(paths, ["Ship.1.BoatSet.1.Crew", "BerthId", "BerthId"]);
}

#[test]
fn a_reply_has_no_wrapper_and_names_the_request() {
    let mut output = harbour::MoorShipsResult::new();
    output.r#return = Some(true);
    output.notes = vec!["a".to_owned(), "b".to_owned()];
    output.bells = vec!["c".to_owned()];
    let mut mooring = harbour::Mooring::new();
    mooring.since = Some(Timestamp::new(1_422_172_800, 0).unwrap());
    output.moorings = vec![mooring];
    let reply = reply(harbour::MoorShips::OPERATION, &output, "the-request").unwrap();
    assert_eq!(
        text(&reply),
        "<MoorShipsResponse xmlns=\"http://harbour.example.com/doc/2021-03-04\"><requestId>the-request</requestId>\
         <mooringSet><item><since>1422172800</since></item></mooringSet><line>a</line><line>b</line><bell>c</bell>\
         <return>true</return></MoorShipsResponse>"
    );
    assert_eq!(harbour::MoorShips::decode(&reply).unwrap(), output);
}

#[test]
fn replies_are_read_as_services_write_them() {
    let body = "<?xml version=\"1.0\"?>\n<DescribeShipsResponse xmlns=\"urn:any\">\n <requestId>r-1</requestId>\n\
        <shipSet><item><name>a&amp;b</name><kind>unknown</kind></item><item><name>c</name><kind>Unknown</kind></item>\
        <item><kind>None</kind><name/></item></shipSet>\
        <byFlag><entry><name>nl</name><count>3</count></entry></byFlag><byKind><count>1</count><name>x</name></byKind>\
        <nextToken/><surprise><x>1</x></surprise></DescribeShipsResponse>";
    let mut output = harbour::DescribeShipsResult::new();
    let response = Response::new(body);
    let operation = harbour::DescribeShips::OPERATION;
    let metadata = operation.decode_into(&response, &mut output, &DecodeOptions::DEFAULT).unwrap();
    assert_eq!(metadata.request_id.as_deref(), Some("r-1"));
    let kinds: Vec<_> = output.ships.iter().map(|ship| ship.kind.clone().unwrap()).collect();
    assert_eq!(kinds, ["unknown".into(), "Unknown".into(), "None".into()] as [harbour::ShipKind; 3]);
    assert!(!kinds.iter().any(|kind| matches!(kind, harbour::ShipKind::Other(_))), "{kinds:?}");
    assert_eq!((output.ships[0].name.as_str(), output.by_flag["nl"], output.by_kind["x"]), ("a&b", 3, 1));
    assert_eq!(output.next_token.as_deref(), Some(""));
    let strict = operation.decode_into(&response, &mut harbour::DescribeShipsResult::new(), &DecodeOptions::strict());
    assert!(strict.unwrap_err().to_string().contains("surprise"));
}

#[test]
fn errors_stand_in_a_list_of_errors() {
    let mut error = harbour::NoSuchBerth::new();
    error.message = Some("no berth b-2".to_owned());
    error.free = vec!["b-3".to_owned()];
    error.r#type = Some("Sender".to_owned());
    let written = shapewire::ServiceError::from_details(Box::new(error.clone()));
    let reply = error_reply(&harbour::SERVICE, &written, "the-request");
    assert_eq!(reply.status(), 400);
    assert_eq!(
        text(&reply),
        "<Response><Errors><Error><Code>NoSuchBerth</Code><Message>no berth b-2</Message>\
         <freeSet><item>b-3</item></freeSet><Type>Sender</Type></Error></Errors>\
         <RequestID>the-request</RequestID></Response>"
    );
    let read = harbour::MoorShips::decode(&reply).unwrap_err();
    let harbour::Error::NoSuchBerth(read) = read else { panic!("{read:?}") };
    assert_eq!((read.code(), read.request_id()), ("NoSuchBerth", Some("the-request")));
    assert_eq!(read.details(), &error);

    let unmodeled = "<Response><Errors><Error><Code>DryRunOperation</Code><Message>It would have worked.</Message></Error>\
        </Errors><RequestID>r-2</RequestID></Response>";
    let read = harbour::CastOff::decode(&Response::builder().status(412).body(unmodeled).unwrap()).unwrap_err();
    assert_eq!(read.to_string(), "CastOff: DryRunOperation (status 412): It would have worked. (request id r-2)");
}

#[test]
fn a_router_answers_in_the_service_s_own_form() {
    let router = Router::new()
        .on::<harbour::CastOff>(|request, _| match request.ship_id.as_str() {
            "s-1" => Ok(harbour::CastOffResponse::default()),
            _ => Err(harbour::StormFault::new().into()),
        })
        .with_service(&harbour::SERVICE);
    let cast_off = |ship: &str| router.handle(&encode::<harbour::CastOff>(&harbour::CastOffRequest::new(ship)));
    let reply = cast_off("s-1");
    assert_eq!(reply.status(), 200);
    assert!(text(&reply).contains("<requestId>"), "{}", text(&reply));
    harbour::CastOff::decode(&reply).unwrap();
    let reply = cast_off("s-2");
    assert_eq!(reply.status(), 503);
    assert!(text(&reply).contains("<Response><Errors><Error><Code>Storm</Code></Error></Errors><RequestID>"));
    let unknown = Request::post("http://localhost/").body("Action=Sink&Version=2021-03-04").unwrap();
    let reply = router.handle(&unknown);
    assert_eq!(reply.status(), 400);
    assert!(text(&reply).contains("<Response><Errors><Error><Code>InvalidAction</Code>"), "{}", text(&reply));
}

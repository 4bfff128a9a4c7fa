//! Event streams as values: the list of their events.

use crate::model::{Kind, List, Member, Model, Shape};
use crate::name;

/// Puts a list of events in the place of each event stream that a member leads to.
pub(crate) fn complete(model: &mut Model) {
    let streams: Vec<String> =
        model.shapes.iter().filter(|shape| shape.event_stream).map(|shape| shape.name.clone()).collect();
    for stream in streams {
        let shapes = &model.shapes;
        let name = name::generated_shape(&stream, "Events", |name| shapes.get(name).is_some());
        for shape in &mut model.shapes {
            if let Kind::Structure(members) = &mut shape.kind {
                for member in members.iter_mut().filter(|member| member.target == stream) {
                    member.target.clone_from(&name);
                }
            }
        }
        let member = Member { name: "member".to_owned(), target: stream, ..Member::default() };
        model.shapes.insert(Shape::new(name, Kind::List(Box::new(List { member, flattened: false }))));
    }
}

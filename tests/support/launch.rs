//! An operation with an idempotency token, which IAM has none of.

use shapewire::schema::{Member, Operation, Protocol, Service, Shape, ShapeKind, StructureType};
use shapewire::value::{Empty, Structure, Value, no_such_member};

static TOKEN: Shape = Shape::new("token", ShapeKind::String).with_length(Some(1), Some(64));
static REQUEST: Shape = Shape::structure(
    "LaunchRequest",
    &[Member::new("ClientToken", "client_token", &TOKEN).required().idempotency_token()],
);
pub(crate) static SERVICE: Service =
    Service::new("launch", "Launch", "2020-01-01", Protocol::AwsQuery).with_operations(&[&LAUNCH]);
pub(crate) static LAUNCH: Operation = Operation::new(
    &SERVICE,
    "Launch",
    StructureType::new::<LaunchRequest>(&REQUEST),
    StructureType::new::<Empty>(&shapewire::value::EMPTY),
);

#[derive(Clone, Default)]
pub(crate) struct LaunchRequest {
    pub(crate) client_token: String,
}
impl Structure for LaunchRequest {
    fn shape(&self) -> &'static Shape {
        &REQUEST
    }
    fn member(&self, index: usize) -> &dyn Value {
        if index == 0 { &self.client_token } else { no_such_member(&REQUEST, index) }
    }
    fn member_mut(&mut self, index: usize) -> &mut dyn Value {
        if index == 0 { &mut self.client_token } else { no_such_member(&REQUEST, index) }
    }
}
shapewire::structures!(LaunchRequest);

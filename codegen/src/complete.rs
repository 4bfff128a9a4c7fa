//! Gives every operation an input and an output: an empty structure where the model has none.

use crate::by_name::sort_by_name;
use crate::model::{Kind, Model, Payload, Shape};
use crate::name;

/// Adds the structures that operations lack.
pub(crate) fn complete(model: &mut Model) {
    // Names are given in order, and that of operations has no meaning.
    sort_by_name(&mut model.operations, |operation| &operation.name);
    let Model { shapes, operations, .. } = model;
    for operation in operations {
        for (payload, suffix) in [(&mut operation.input, "Request"), (&mut operation.output, "Response")] {
            if payload.is_none() {
                let name = name::generated_shape(&operation.name, suffix, |name| shapes.get(name).is_some());
                let mut shape = Shape::new(name.as_str(), Kind::Structure(Vec::new()));
                shape.generated = true;
                shapes.insert(shape);
                *payload = Some(Payload { shape: name, ..Payload::default() });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Operation;

    #[test]
    fn operations_get_empty_structures_of_free_names() {
        let mut model = Model::default();
        model.shapes.insert(Shape::new("GoRequest", Kind::String));
        model.operations.push(Operation { name: "Go".to_owned(), ..Operation::default() });
        complete(&mut model);
        let input = model.operations[0].input.as_ref().unwrap();
        let output = model.operations[0].output.as_ref().unwrap();
        assert_eq!((input.shape.as_str(), output.shape.as_str()), ("GoRequestStructure", "GoResponse"));
        assert!(model.shapes.get("GoRequestStructure").unwrap().generated);
    }
}

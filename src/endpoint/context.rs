//! What an operation and its input tell the endpoint rules. Smithy's `contextParam`, `staticContextParams` and
//! `operationContextParams`.

use super::{EndpointParameters, ParameterValue};
use crate::schema::{ContextValue, Operation, Service};
use crate::value::{Structure, Value, View};

impl Operation {
    /// The parameters for a request with this input: those of `parameters`, and what the operation and the input add that the
    /// service's rules ask for.
    #[must_use]
    pub fn endpoint_parameters(&self, parameters: &EndpointParameters, input: &dyn Structure) -> EndpointParameters {
        let known = self.service().endpoint_rules().and_then(|rules| rules.parameters().ok()).unwrap_or_default();
        let is_known = |name: &str| known.iter().any(|parameter| parameter.name == name);
        let mut parameters = parameters.clone();
        for param in self.context_params().iter().filter(|param| is_known(param.name)) {
            let value = match param.value {
                ContextValue::Boolean(value) => ParameterValue::Boolean(value),
                ContextValue::Text(text) => text.into(),
                ContextValue::Texts(texts) => texts.iter().copied().map(str::to_owned).collect::<Vec<_>>().into(),
                ContextValue::Path(path) => {
                    let mut texts = Vec::new();
                    gather(input, path, &mut texts);
                    texts.into()
                }
            };
            parameters = parameters.with(param.name, value);
        }
        for (index, member) in input.shape().members().iter().enumerate() {
            let value = match input.member(index).view() {
                View::String(text) => ParameterValue::from(text),
                View::Boolean(value) => value.into(),
                View::List(list) => {
                    (0..list.len()).filter_map(|index| text(list.get(index))).collect::<Vec<_>>().into()
                }
                _ => continue,
            };
            if let Some(name) = member.context_param().filter(|name| is_known(name)) {
                parameters = parameters.with(name, value);
            }
        }
        parameters
    }
}

impl Service {
    /// Whether an operation, or an input, has a say in the endpoint of a request.
    #[must_use]
    pub fn has_context_params(&self) -> bool {
        self.operations().iter().any(|operation| {
            let mut members = operation.input().shape().members().iter();
            !operation.context_params().is_empty() || members.any(|member| member.context_param().is_some())
        })
    }
}

/// The texts that a path leads to: names of members with dots between, `[*]` after a list.
fn gather(structure: &dyn Structure, path: &str, texts: &mut Vec<String>) {
    let (name, rest) = path.split_once('.').unwrap_or((path, ""));
    let name = name.strip_suffix("[*]").unwrap_or(name);
    let Some(index) = structure.shape().member_index(name) else { return };
    gather_value(structure.member(index), rest, texts);
}

fn gather_value(value: &dyn Value, rest: &str, texts: &mut Vec<String>) {
    match value.view() {
        View::List(list) => (0..list.len()).for_each(|index| gather_value(list.get(index), rest, texts)),
        View::Structure(below) if !rest.is_empty() => gather(below, rest, texts),
        View::String(text) if rest.is_empty() => texts.push(text.to_owned()),
        _ => {}
    }
}

fn text(value: &dyn Value) -> Option<String> {
    match value.view() {
        View::String(text) => Some(text.to_owned()),
        _ => None,
    }
}

//! Whether what is bound to parts of HTTP messages can be written there, and found again.

use crate::by_name::ByName;
use crate::diagnostic::{Diagnostics, pointer};
use crate::model::{Binding, Kind, Member, Model, Operation, Shape};
use crate::reach;

/// Reports what has no form in `restXml`.
pub(crate) fn check(model: &Model, file: &str, found: &mut Diagnostics) {
    let mut check = Check { model, file, found };
    for shape in &model.shapes {
        check.shape(shape);
    }
    for operation in &model.operations {
        check.operation(operation);
    }
}

struct Check<'a> {
    model: &'a Model,
    file: &'a str,
    found: &'a mut Diagnostics,
}

impl Check<'_> {
    fn problem(&mut self, steps: &[&str], message: impl Into<String>) {
        self.found.problem(self.file, &pointer(steps), message);
    }

    fn kind(&self, name: &str) -> Option<&Kind> {
        self.model.shapes.get(name).map(|shape| &shape.kind)
    }

    fn is_scalar(&self, name: &str) -> bool {
        self.kind(name)
            .is_some_and(|kind| !matches!(kind, Kind::List(_) | Kind::Map(_) | Kind::Structure(_) | Kind::Union(_)))
    }

    fn shape(&mut self, shape: &Shape) {
        let mut payload: Option<&str> = None;
        let mut headers = ByName::default();
        for member in shape.members() {
            let steps = ["shapes", &shape.name, "members", &member.name];
            let Some(binding) = member.binding else { continue };
            if !self.fits(binding, member) {
                let kind = self.kind(&member.target).map_or("", Kind::name);
                self.problem(&steps, format!("a {kind} cannot be {}", in_words(binding)));
            }
            if binding == Binding::Payload
                && let Some(other) = payload.replace(&member.name)
            {
                self.problem(&steps, format!("is the payload, as `{other}` is"));
            }
            let name = member.wire_name.as_ref().unwrap_or(&member.name).to_ascii_lowercase();
            if binding == Binding::Header {
                if !is_token(&name) {
                    self.problem(&steps, format!("{name:?} cannot be the name of a header"));
                }
                // Text may stand beside what is made of it.
                let is_text = matches!(self.kind(&member.target), Some(Kind::String));
                if headers.insert(&name, ()).is_some() && !is_text {
                    self.problem(&steps, format!("has the header `{name}`, as another member has"));
                }
            }
        }
    }

    fn fits(&self, binding: Binding, member: &Member) -> bool {
        let target = self.kind(&member.target);
        let list_of_scalars = |kind: Option<&Kind>| match kind {
            Some(Kind::List(list)) => self.is_scalar(&list.member.target),
            _ => false,
        };
        match binding {
            Binding::Label => self.is_scalar(&member.target),
            Binding::Query | Binding::Header => self.is_scalar(&member.target) || list_of_scalars(target),
            Binding::QueryParams => match target {
                Some(Kind::Map(map)) => {
                    self.is_scalar(&map.value.target) || list_of_scalars(self.kind(&map.value.target))
                }
                _ => false,
            },
            Binding::PrefixHeaders => match target {
                Some(Kind::Map(map)) => self.is_scalar(&map.value.target),
                _ => false,
            },
            Binding::StatusCode => matches!(target, Some(Kind::Integer)),
            Binding::Payload => match target {
                Some(Kind::List(list)) => {
                    self.model.shapes.get(&list.member.target).is_some_and(|target| target.event_stream)
                }
                Some(Kind::Map(_)) => false,
                _ => true,
            },
        }
    }

    fn operation(&mut self, operation: &Operation) {
        let steps = ["operations", &operation.name, "http", "requestUri"];
        let uri = operation.http.request_uri.as_str();
        let path = uri.split_once('?').map_or(uri, |(path, _)| path);
        if !path.starts_with('/') {
            self.problem(&steps, format!("a URI must begin with a slash, not be `{uri}`"));
        }
        // Whether a member goes there.
        let mut labels = ByName::default();
        for segment in path.split('/').filter(|segment| segment.contains(['{', '}'])) {
            match label(segment) {
                Some(label) => {
                    if labels.insert(label, false).is_some() {
                        self.problem(&steps, format!("has the label `{label}` twice"));
                    }
                }
                None => self.problem(&steps, format!("`{segment}` must be one label in braces")),
            }
        }
        if path.matches("+}").count() > 1 {
            self.problem(&steps, "has more than one greedy label: where one ends could not be told");
        }
        let input = operation.input.as_ref().and_then(|input| self.model.shapes.get(&input.shape));
        let members = input.map_or(&[][..], Shape::members);
        for member in members.iter().filter(|member| member.binding == Some(Binding::Label)) {
            let name = member.wire_name.as_ref().unwrap_or(&member.name);
            if labels.get_mut(name).is_none_or(|is_used| std::mem::replace(is_used, true)) {
                self.problem(&steps, format!("has no label `{name}`, which `{}` is", member.name));
            }
        }
        for (label, _) in labels.iter().filter(|(_, is_used)| !**is_used) {
            self.problem(&steps, format!("has the label `{label}`, which no member of the input is"));
        }
        if operation.http.method.is_empty() || !is_token(&operation.http.method) {
            self.problem(&["operations", &operation.name, "http", "method"], "is no method of HTTP");
        }
        let roots = operation.input.iter().map(|input| input.shape.as_str()).collect();
        let below = reach::reachable(&self.model.shapes, roots);
        let is_stream = |name: &&str| self.model.shapes.get(name).is_some_and(|shape| shape.event_stream);
        if let Some(stream) = below.into_iter().find(is_stream) {
            let message = format!(
                "leads to the event stream `{stream}`: events are read from replies, and not written into requests; leave the \
                 operation out"
            );
            self.problem(&["operations", &operation.name, "input"], message);
        }
        self.unwrapped(operation);
    }

    /// The document of an output without an element around it is the text of one member.
    fn unwrapped(&mut self, operation: &Operation) {
        let Some(output) = operation.output.as_ref().filter(|output| output.unwrapped) else { return };
        let members = self.model.shapes.get(&output.shape).map_or(&[][..], Shape::members);
        let mut documents = members.iter().filter(|member| member.binding.is_none());
        let is_one = match (documents.next(), documents.next()) {
            (Some(member), None) => self.is_scalar(&member.target),
            _ => false,
        };
        if !is_one {
            let message = "the output is said to be the text of its one member, and it is not";
            self.problem(&["operations", &operation.name, "output"], message);
        }
    }
}

/// The label that a segment is.
fn label(segment: &str) -> Option<&str> {
    let label = segment.strip_prefix('{')?.strip_suffix('}')?;
    let label = label.strip_suffix('+').unwrap_or(label);
    (!label.is_empty() && !label.contains(['{', '}', '+'])).then_some(label)
}

/// A `token` of HTTP.
fn is_token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

fn in_words(binding: Binding) -> &'static str {
    match binding {
        Binding::Label => "a label of a path",
        Binding::Query => "a parameter of a query string",
        Binding::QueryParams => "the parameters of a query string",
        Binding::Header => "a header",
        Binding::PrefixHeaders => "headers with a prefix",
        Binding::StatusCode => "a status",
        Binding::Payload => "a whole body",
    }
}

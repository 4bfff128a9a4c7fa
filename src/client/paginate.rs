//! Replies page by page, as the model's paginators say.

use std::fmt;

use super::Client;
use crate::error::Error;
use crate::jmespath::Value;
use crate::operation::{OperationShape, ReplyMetadata};
use crate::protocol::scalar;
use crate::schema::{Operation, Paginator};
use crate::value::{Slot, Structure};

/// The pages of an operation, one call each. Made by [`Client::pages`].
///
/// An empty page is not the end; the end is a reply that says so. After an error there are no more pages.
#[derive(Debug)]
#[must_use = "pages are called as they are taken"]
pub struct Pages<O: OperationShape> {
    client: Client,
    input: O::Input,
    state: State,
}

/// The pages of an operation by name. Made by [`Client::pages_by_name`].
#[must_use = "pages are called as they are taken"]
pub struct PagesByName {
    client: Client,
    operation: &'static Operation,
    input: Box<dyn Structure>,
    state: State,
}

/// Which page is next. It does no I/O.
#[derive(Debug, Default)]
pub(super) struct State {
    next: Next,
    seen: Seen,
}

/// Finds out that tokens lead in a circle: some of those that were seen are kept, as Brent's algorithm chooses them, so that no
/// circle is too large and a few tokens are enough.
#[derive(Debug, Default)]
struct Seen {
    last: Vec<String>,
    kept: Vec<String>,
    /// How many tokens there were since one was kept; after how many the next one is.
    since: u64,
    until: u64,
}

impl Seen {
    /// Whether these tokens, of one page, were seen before.
    fn again(&mut self, tokens: &[String]) -> bool {
        if tokens == self.last || tokens == self.kept {
            return true;
        }
        self.since += 1;
        if self.since >= self.until {
            self.kept = tokens.to_vec();
            (self.since, self.until) = (0, (2 * self.until).max(2));
        }
        self.last = tokens.to_vec();
        false
    }
}

#[derive(Debug, Default)]
enum Next {
    #[default]
    Call,
    Failure(PaginationError),
    End,
}

/// Why there is no next page though there should be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PaginationError {
    /// The model has no paginator for the operation.
    NotPaginated(&'static str),
    /// A page leads back to itself or to an earlier one: there would be no end. A circle may be gone round once or twice before
    /// it is seen to be one.
    RepeatedToken(&'static str),
    /// A page gives a token that is no number, and the input's is one: it would lead to another page.
    UnusableToken(&'static str),
    /// A page says that there are more, and gives no token to ask with.
    MissingToken(&'static str),
}

impl fmt::Display for PaginationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A formatter's own `write_fmt` would be inlined in each arm.
        let f: &mut dyn fmt::Write = f;
        match self {
            Self::NotPaginated(operation) => write!(f, "{operation}: the model does not divide its replies into pages"),
            Self::RepeatedToken(operation) => write!(f, "{operation}: a page leads back to one that was there before"),
            Self::UnusableToken(operation) => {
                write!(f, "{operation}: a page gives a token that is no number, as the request's must be")
            }
            Self::MissingToken(operation) => {
                write!(f, "{operation}: a page says that more follow, and gives no token to ask for them")
            }
        }
    }
}

impl std::error::Error for PaginationError {}

impl Client {
    /// The pages of `O`, beginning with what `input` asks for.
    ///
    /// ```
    /// # use shapewire::{Client, iam, local::LocalIam};
    /// # let client = Client::new(LocalIam::new(), "http://localhost/".parse()?);
    /// let users = client.pages::<iam::ListUsers>(iam::ListUsersRequest::new()).items(|page| page.users);
    /// for user in users {
    ///     println!("{}", user?.user_name);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn pages<O: OperationShape>(&self, input: O::Input) -> Pages<O> {
        Pages { client: self.clone(), input, state: State::default() }
    }

    /// The pages of an operation by name, beginning with what `input` asks for.
    pub fn pages_by_name(&self, operation: &'static Operation, input: Box<dyn Structure>) -> PagesByName {
        PagesByName { client: self.clone(), operation, input, state: State::default() }
    }
}

impl<O: OperationShape> Pages<O> {
    /// The items of all pages, taken out of each by `items`.
    pub fn items<I: IntoIterator>(
        self,
        items: impl Fn(O::Output) -> I,
    ) -> impl Iterator<Item = Result<I::Item, O::Error>> {
        let mut pages = self;
        let mut page: Option<I::IntoIter> = None;
        std::iter::from_fn(move || {
            loop {
                if let Some(item) = page.as_mut().and_then(Iterator::next) {
                    return Some(Ok(item));
                }
                match pages.next()? {
                    Ok(next) => page = Some(items(next).into_iter()),
                    Err(error) => return Some(Err(error)),
                }
            }
        })
    }
}

impl<O: OperationShape> Iterator for Pages<O> {
    type Item = Result<O::Output, O::Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut output = O::Output::default();
        let page = self.state.call(&self.client, O::OPERATION, &mut self.input, &mut output)?;
        Some(page.map(|()| output).map_err(O::Error::from))
    }
}

impl Iterator for PagesByName {
    type Item = Result<Box<dyn Structure>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut output = self.operation.new_output();
        let page = self.state.call(&self.client, self.operation, &mut *self.input, &mut *output)?;
        Some(page.map(|()| output))
    }
}

impl fmt::Debug for PagesByName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PagesByName")
            .field("operation", &self.operation)
            .field("input", &self.input)
            .finish_non_exhaustive()
    }
}

impl State {
    /// Whether there is a page to call for: the paginator says how. What was wrong with the tokens of the last page comes now.
    pub(super) fn begin(&mut self, operation: &'static Operation) -> Option<Result<&'static Paginator, Error>> {
        let failure = match (&self.next, operation.paginator()) {
            (Next::Call, Some(paginator)) => return Some(Ok(paginator)),
            (Next::Call, None) => PaginationError::NotPaginated(operation.name()),
            (Next::Failure(failure), _) => *failure,
            (Next::End, _) => return None,
        };
        self.next = Next::End;
        Some(Err(failure.into()))
    }

    /// After a call: makes `input` ask for the page after `output`.
    pub(super) fn turn(
        &mut self,
        operation: &'static Operation,
        paginator: &Paginator,
        result: Result<ReplyMetadata, Error>,
        input: &mut dyn Structure,
        output: &dyn Structure,
    ) -> Result<(), Error> {
        self.next = Next::End;
        result?;
        let tokens = next_tokens(paginator, output);
        self.next = if tokens.is_empty() {
            match says_more(paginator, output) {
                Some(true) => Next::Failure(PaginationError::MissingToken(operation.name())),
                _ => Next::End,
            }
        } else if self.seen.again(&tokens) {
            Next::Failure(PaginationError::RepeatedToken(operation.name()))
        } else {
            let names = paginator.input_tokens.iter();
            if names.zip(&tokens).all(|(name, token)| set_text(input, name, token)) {
                Next::Call
            } else {
                Next::Failure(PaginationError::UnusableToken(operation.name()))
            }
        };
        Ok(())
    }

    fn call(
        &mut self,
        client: &Client,
        operation: &'static Operation,
        input: &mut dyn Structure,
        output: &mut dyn Structure,
    ) -> Option<Result<(), Error>> {
        Some(self.begin(operation)?.and_then(|paginator| {
            let result = client.call_into(operation, input, output);
            self.turn(operation, paginator, result, input, output)
        }))
    }
}

/// The tokens of the next page; none at the end.
fn next_tokens(paginator: &Paginator, output: &dyn Structure) -> Vec<String> {
    if says_more(paginator, output) == Some(false) {
        return Vec::new();
    }
    let mut tokens = Vec::with_capacity(paginator.output_tokens.len());
    for token in paginator.output_tokens {
        tokens.push(text(&token.evaluate(output)));
    }
    if tokens.iter().all(String::is_empty) { Vec::new() } else { tokens }
}

fn says_more(paginator: &Paginator, output: &dyn Structure) -> Option<bool> {
    match paginator.more_results?.evaluate(output) {
        Value::Boolean(more) => Some(more),
        _ => None,
    }
}

/// A token as text; empty where there is none.
fn text(token: &Value<'_>) -> String {
    match token {
        Value::String(text) => (*text).to_owned(),
        Value::Integer(number) => number.to_string(),
        _ => String::new(),
    }
}

/// Writes a token, if it can be; a name that the input does not have leaves it as it is.
fn set_text(structure: &mut dyn Structure, name: &str, token: &str) -> bool {
    let (first, rest) = name.split_once('.').map_or((name, None), |(first, rest)| (first, Some(rest)));
    let Some(index) = structure.shape().member_index(first) else { return true };
    if token.is_empty() {
        // One of several tokens may be over while the others go on.
        structure.member_mut(index).clear();
        return true;
    }
    match (structure.member_mut(index).slot(), rest) {
        (Slot::String(place), None) => place.set(token.into()),
        (slot @ (Slot::Integer(_) | Slot::Long(_)), None) => return scalar::read(slot, token.into(), false).is_ok(),
        (Slot::Structure(below), Some(rest)) => return set_text(below, rest, token),
        _ => {}
    }
    true
}

//! Replies page by page without blocking: each kind of pages is a stream, and has a `next` to await.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::AsyncClient;
use super::paginate::State;
use crate::error::Error;
use crate::operation::OperationShape;
use crate::schema::Operation;
use crate::transport::BoxFuture;
use crate::value::{self, Structure};

/// The pages of an operation, one call each. Made by [`AsyncClient::pages`].
///
/// An empty page is not the end; the end is a reply that says so. After an error there are no more pages. A call that
/// [`next`](Self::next) began goes on with the next one if that was dropped; it ends when the pages are dropped.
#[derive(Debug)]
#[must_use = "pages are called as they are taken"]
pub struct AsyncPages<O> {
    pages: AsyncPagesByName,
    operation: PhantomData<fn() -> O>,
}

/// The pages of an operation by name. Made by [`AsyncClient::pages_by_name`].
#[must_use = "pages are called as they are taken"]
pub struct AsyncPagesByName {
    stage: Stage,
}

enum Stage {
    Idle(Box<Asker>),
    Calling(BoxFuture<'static, (Box<Asker>, Page)>),
    /// Only while the stage changes, and after a panic in a call.
    Over,
}

type Page = Option<Result<Box<dyn Structure>, Error>>;

/// The items of all pages. Made by [`AsyncPages::items`].
#[must_use = "pages are called as they are taken"]
pub struct AsyncItems<O, I: IntoIterator, F> {
    pages: AsyncPages<O>,
    items: F,
    page: Option<I::IntoIter>,
}

/// What asks for one page after the other.
struct Asker {
    client: AsyncClient,
    operation: &'static Operation,
    input: Box<dyn Structure>,
    state: State,
}

impl Asker {
    async fn ask(mut self: Box<Self>) -> (Box<Self>, Page) {
        let page = match self.state.begin(self.operation) {
            Some(Ok(paginator)) => {
                let mut output = self.operation.new_output();
                let result = self.client.call_into(self.operation, &*self.input, &mut *output).await;
                let page = self.state.turn(self.operation, paginator, result, &mut *self.input, &*output);
                Some(page.map(|()| output))
            }
            Some(Err(error)) => Some(Err(error)),
            None => None,
        };
        (self, page)
    }
}

impl AsyncClient {
    /// The pages of `O`, beginning with what `input` asks for.
    ///
    /// ```no_run
    /// # #[cfg(feature = "iam")]
    /// # async fn users(client: shapewire::AsyncClient) -> Result<(), shapewire::iam::Error> {
    /// use shapewire::iam;
    ///
    /// let mut users = client.pages::<iam::ListUsers>(iam::ListUsersRequest::new()).items(|page| page.users);
    /// while let Some(user) = users.next().await {
    ///     println!("{}", user?.user_name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn pages<O: OperationShape>(&self, input: O::Input) -> AsyncPages<O> {
        AsyncPages { pages: self.pages_by_name(O::OPERATION, Box::new(input)), operation: PhantomData }
    }

    /// The pages of an operation by name, beginning with what `input` asks for.
    pub fn pages_by_name(&self, operation: &'static Operation, input: Box<dyn Structure>) -> AsyncPagesByName {
        let asker = Asker { client: self.clone(), operation, input, state: State::default() };
        AsyncPagesByName { stage: Stage::Idle(Box::new(asker)) }
    }
}

impl AsyncPagesByName {
    /// The next page; `None` after the last.
    pub async fn next(&mut self) -> Option<Result<Box<dyn Structure>, Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl<O: OperationShape> AsyncPages<O> {
    /// The next page; `None` after the last.
    pub async fn next(&mut self) -> Option<Result<O::Output, O::Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// The items of all pages, taken out of each by `items`.
    pub fn items<I: IntoIterator, F: Fn(O::Output) -> I>(self, items: F) -> AsyncItems<O, I, F> {
        AsyncItems { pages: self, items, page: None }
    }
}

impl<O: OperationShape, I: IntoIterator, F: Fn(O::Output) -> I> AsyncItems<O, I, F> {
    /// The next item; `None` after the last.
    pub async fn next(&mut self) -> Option<Result<I::Item, O::Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl Stream for AsyncPagesByName {
    type Item = Result<Box<dyn Structure>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut calling = match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Idle(asker) => Box::pin(asker.ask()),
            Stage::Calling(calling) => calling,
            Stage::Over => return Poll::Ready(None),
        };
        match calling.as_mut().poll(context) {
            Poll::Ready((asker, page)) => {
                self.stage = Stage::Idle(asker);
                Poll::Ready(page)
            }
            Poll::Pending => {
                self.stage = Stage::Calling(calling);
                Poll::Pending
            }
        }
    }
}

impl<O: OperationShape> Stream for AsyncPages<O> {
    type Item = Result<O::Output, O::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let page = ready!(Pin::new(&mut self.pages).poll_next(context));
        Poll::Ready(page.map(|page| page.map(value::take_typed).map_err(O::Error::from)))
    }
}

impl<O: OperationShape, I: IntoIterator, F: Fn(O::Output) -> I> Stream for AsyncItems<O, I, F> {
    type Item = Result<I::Item, O::Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let items = self.get_mut();
        loop {
            if let Some(item) = items.page.as_mut().and_then(Iterator::next) {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(Pin::new(&mut items.pages).poll_next(context)) {
                Some(Ok(page)) => items.page = Some((items.items)(page).into_iter()),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

/// Nothing in it is pinned: neither the function nor what is left of a page.
impl<O, I: IntoIterator, F> Unpin for AsyncItems<O, I, F> {}

impl fmt::Debug for AsyncPagesByName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("AsyncPagesByName");
        if let Stage::Idle(asker) = &self.stage {
            fields.field("operation", &asker.operation).field("input", &asker.input);
        }
        fields.finish_non_exhaustive()
    }
}

impl<O: fmt::Debug, I: IntoIterator, F> fmt::Debug for AsyncItems<O, I, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncItems").field("pages", &self.pages).finish_non_exhaustive()
    }
}

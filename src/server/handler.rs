//! What answers an operation: functions that return, and functions that return a future.

use std::pin::Pin;

use super::context::Context;
use crate::error::Error;
use crate::operation::OperationShape;
use crate::value::Structure;

/// What a handler returns.
pub type Answer = Result<Box<dyn Structure>, Error>;

/// An answer that is still to come. No runtime is asked for: any executor may poll it, on any thread.
pub type FutureAnswer = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// A handler that answers before it returns.
pub type BlockingHandler = Box<dyn Fn(Box<dyn Structure>, &Context) -> Answer + Send + Sync>;

/// A handler that returns a future.
pub type AsyncHandler = Box<dyn Fn(Box<dyn Structure>, Context) -> FutureAnswer + Send + Sync>;

/// The kinds of handlers that a router can have: [`BlockingHandler`] and [`AsyncHandler`].
pub trait Handler: sealed::Sealed + Sized {
    /// A handler of this kind that answers before it returns.
    fn blocking(handler: BlockingHandler) -> Self;
    /// The same handler, where handlers return futures.
    fn into_async(self) -> AsyncHandler;
}

impl Handler for BlockingHandler {
    fn blocking(handler: BlockingHandler) -> Self {
        handler
    }
    fn into_async(self) -> AsyncHandler {
        Box::new(move |input, context| Box::pin(std::future::ready(self(input, &context))))
    }
}

impl Handler for AsyncHandler {
    fn blocking(handler: BlockingHandler) -> Self {
        handler.into_async()
    }
    fn into_async(self) -> AsyncHandler {
        self
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::BlockingHandler {}
    impl Sealed for super::AsyncHandler {}
}

/// The handler of `O` by name.
pub(super) fn blocking<O: OperationShape>(
    handler: impl Fn(O::Input, &Context) -> Result<O::Output, O::Error> + Send + Sync + 'static,
) -> BlockingHandler {
    Box::new(move |input, context| erased::<O>(handler(typed::<O>(input), context)))
}

/// The handler of `O` by name.
pub(super) fn future<O: OperationShape, F>(
    handler: impl Fn(O::Input, Context) -> F + Send + Sync + 'static,
) -> AsyncHandler
where
    F: Future<Output = Result<O::Output, O::Error>> + Send + 'static,
{
    Box::new(move |input, context| {
        let answer = handler(typed::<O>(input), context);
        Box::pin(async move { erased::<O>(answer.await) })
    })
}

/// `input` as what it is: it was made as the operation's.
fn typed<O: OperationShape>(mut input: Box<dyn Structure>) -> O::Input {
    (&mut *input as &mut dyn std::any::Any).downcast_mut::<O::Input>().map(std::mem::take).unwrap_or_default()
}

fn erased<O: OperationShape>(answer: Result<O::Output, O::Error>) -> Answer {
    match answer {
        Ok(output) => Ok(Box::new(output)),
        Err(error) => Err(error.into()),
    }
}

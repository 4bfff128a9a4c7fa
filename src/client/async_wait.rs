//! Waiters without blocking: the same waits as futures.

use super::AsyncClient;
use super::wait::{Wait, WaitOptions, WaitOutcome, WaitResult, WaitStep};
use crate::error::Error;
use crate::operation::OperationShape;
use crate::value::{self, Structure};
use crate::waiter::{Waiter, WaiterOf};

impl AsyncClient {
    /// Repeats the operation of `waiter` with `input` until a reply shows what is waited for, as
    /// [`Client::wait`](super::Client::wait) does. A wait that is dropped calls nothing more.
    ///
    /// ```no_run
    /// # #[cfg(feature = "iam")]
    /// # async fn user(client: shapewire::AsyncClient) -> Result<(), Box<dyn std::error::Error>> {
    /// use shapewire::iam;
    ///
    /// let request = iam::GetUserRequest::new().with_user_name("jane");
    /// if let Some(reply) = client.wait(&iam::waiters::USER_EXISTS, &request).await? {
    ///     println!("{}", reply.user.user_id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// That it has not come, or what a call failed with that the waiter does not expect.
    pub async fn wait<O: OperationShape>(
        &self,
        waiter: &'static WaiterOf<O>,
        input: &O::Input,
    ) -> WaitResult<O::Output, O::Error> {
        self.wait_with(waiter, input, &WaitOptions::default()).await
    }

    /// The same as [`AsyncClient::wait`], with other times and numbers of calls.
    ///
    /// # Errors
    /// That it has not come, or what a call failed with that the waiter does not expect.
    pub async fn wait_with<O: OperationShape>(
        &self,
        waiter: &'static WaiterOf<O>,
        input: &O::Input,
        options: &WaitOptions,
    ) -> WaitResult<O::Output, O::Error> {
        let mut output = O::Output::default();
        let mut wait = Wait::new(waiter.waiter(), options, self.time.elapsed());
        let (end, last) = self.wait_into(&mut wait, input, &mut output).await;
        wait.finish(end, last.map(|()| output).map_err(O::Error::from))
    }

    /// Waits by name: for one of [`Service::waiters`](crate::schema::Service::waiters), with an input of its operation's
    /// type.
    ///
    /// # Errors
    /// That it has not come, or what a call failed with that the waiter does not expect.
    pub async fn wait_by_name(
        &self,
        waiter: &'static Waiter,
        input: &dyn Structure,
        options: &WaitOptions,
    ) -> WaitResult {
        let mut output = waiter.operation().new_output();
        let mut wait = Wait::new(waiter, options, self.time.elapsed());
        let (end, last) = self.wait_into(&mut wait, input, &mut *output).await;
        wait.finish(end, last.map(|()| output))
    }

    /// Calls until the wait ends; `output` is then the last call's.
    async fn wait_into(
        &self,
        wait: &mut Wait,
        input: &dyn Structure,
        output: &mut dyn Structure,
    ) -> (WaitOutcome, Result<(), Error>) {
        loop {
            let called = self.call_into(wait.operation(), input, output).await;
            let reply = called.as_ref().map(|metadata| (metadata, &*output));
            match wait.next(reply, self.time.elapsed(), self.time.random()) {
                WaitStep::End(end) => return (end, called.map(|_| ())),
                WaitStep::Pause(pause) => self.time.sleep(pause).await,
            }
            value::reset(output);
        }
    }
}

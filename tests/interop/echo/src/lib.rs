//! A server that tells what it reads and answers what it is told: any operation of any service, by name, through the
//! project's router.
//!
//! | request | reply |
//! |---|---|
//! | `GET /_services` | the path of each service, by the name of its module |
//! | `PUT /_answer` with `{"output": …}` or `{"error": "NoSuchEntityException", "details": …}` | what the next call is answered |
//! | `GET /_input` | `service`, `operation` and `input` of the last call, secrets included; `null` if nothing was read |
//! | anything else | that of the service |

mod echo;
mod server;

use std::io::{self, Write};
use std::net::TcpListener;
use std::sync::Arc;

use shapewire::schema::Service;

use crate::echo::Echo;

/// Serves `services` on a port that the system chooses, until the process ends. Tells where on the standard output.
///
/// # Errors
/// Where no port can be had.
pub fn run(services: &[&'static Service]) -> io::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    writeln!(io::stdout(), "listening on http://{}", listener.local_addr()?)?;
    let echo = Arc::new(Echo::new(services));
    for stream in listener.incoming() {
        let (stream, echo) = (stream?, Arc::clone(&echo));
        std::thread::spawn(move || {
            // A client that goes away in the middle of a request is its own affair.
            server::serve(&stream, |request| echo.handle(request)).unwrap_or_default();
        });
    }
    Ok(())
}

//! `shapewire serve`: the local service over HTTP/1.1.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::{Duration, Instant};

use clap::{Arg, ArgMatches, Command};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use shapewire::decode::DecodeOptions;
use shapewire::local::LocalIam;
use shapewire::schema::Operation;
use tokio::net::{TcpListener, TcpStream};

use crate::failure::Failure;
use crate::terminal;

/// How long calls in progress have to end after a signal to stop.
const GRACE: Duration = Duration::from_secs(5);

/// How long to wait before the next connection where one cannot be taken, for lack of file handles say.
const PAUSE: Duration = Duration::from_millis(100);

/// The command without its help.
pub(crate) fn command() -> Command {
    Command::new("serve")
        .arg(Arg::new("port").long("port").value_parser(clap::value_parser!(u16)).default_value("4566"))
        .arg(Arg::new("host").long("host").default_value("127.0.0.1"))
}

/// Serves until a signal to stop.
pub(crate) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let host = matches.get_one::<String>("host").map_or("127.0.0.1", String::as_str);
    let port = matches.get_one::<u16>("port").copied().unwrap_or(4566);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::failed)?;
    runtime.block_on(serve(host, port))
}

async fn serve(host: &str, port: u16) -> Result<(), Failure> {
    let listener = TcpListener::bind((host, port))
        .await
        .map_err(|error| Failure::failed(format_args!("cannot listen on {host} port {port}: {error}")))?;
    let address = listener.local_addr().map_err(Failure::failed)?;
    // Before the line that says that it is there: who reads it may stop it at once.
    let mut stop = pin!(stop_signal().map_err(Failure::failed)?);
    terminal::print(&format!("listening on http://{address}\n"))?;
    let (service, connections) = (LocalIam::new(), GracefulShutdown::new());
    while let Some(accepted) = until(stop.as_mut(), listener.accept()).await {
        match accepted {
            Ok((stream, _)) => handle_connection(stream, service.clone(), &connections),
            Err(error) => {
                terminal::note(&format!("a connection failed: {error}"));
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    // What has not ended after that ends with the process.
    tokio::time::timeout(GRACE, connections.shutdown()).await.unwrap_or_default();
    Ok(())
}

/// The result of `future`, or nothing if `stop` comes first.
async fn until<T>(mut stop: Pin<&mut impl Future<Output = ()>>, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    poll_fn(|context| match stop.as_mut().poll(context) {
        Poll::Ready(()) => Poll::Ready(None),
        Poll::Pending => future.as_mut().poll(context).map(Some),
    })
    .await
}

/// Ends at the first interrupt or request to terminate.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(poll_fn(move |context| {
        if interrupt.poll_recv(context).is_ready() || terminate.poll_recv(context).is_ready() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }))
}

/// Ends at the first interrupt.
#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    // Without a handler the system itself ends the process.
    Ok(async { tokio::signal::ctrl_c().await.unwrap_or_default() })
}

fn handle_connection(stream: TcpStream, service: LocalIam, connections: &GracefulShutdown) {
    let handler = service_fn(move |request| {
        let service = service.clone();
        async move { Ok::<_, Infallible>(answer(&service, request).await) }
    });
    let connection = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), handler);
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        // A client that goes away in the middle of a request is its own affair.
        connection.await.unwrap_or_default();
    });
}

async fn answer(service: &LocalIam, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let start = Instant::now();
    let (head, body) = request.into_parts();
    let method = head.method.clone();
    let response = match read(body).await {
        Ok(body) => service.handle(&Request::from_parts(head, body)),
        Err(status) => status_only(status),
    };
    // The log has only what the model knows, so that nothing else gets into it.
    let operation = response.extensions().get::<&'static Operation>().map_or("-", |operation| operation.name());
    let (status, milliseconds) = (response.status().as_u16(), start.elapsed().as_secs_f64() * 1000.0);
    terminal::note(&format!("{method} {operation} {status} {milliseconds:.1} ms"));
    response.map(|body| Full::new(Bytes::from(body)))
}

/// The whole body, or the status to refuse it with.
async fn read(body: Incoming) -> Result<Bytes, StatusCode> {
    let limit = DecodeOptions::DEFAULT.max_bytes;
    // Where its length is announced, there is no need to read it first.
    if usize::try_from(body.size_hint().lower()).is_ok_and(|length| length <= limit) {
        match Limited::new(body, limit).collect().await {
            Ok(body) => return Ok(body.to_bytes()),
            Err(error) if !error.is::<LengthLimitError>() => return Err(StatusCode::BAD_REQUEST),
            Err(_) => {}
        }
    }
    Err(StatusCode::PAYLOAD_TOO_LARGE)
}

fn status_only(status: StatusCode) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status;
    response
}

//! `shapewire serve`: the local service over HTTP/1.1.

mod answer;
mod log;
mod patience;
mod stop;

use std::convert::Infallible;
use std::path::PathBuf;
use std::pin::pin;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use shapewire::credentials::Credentials;
use shapewire::local::LocalIam;
use tokio::net::{TcpListener, TcpStream};

use self::answer::answer;
use self::log::Log;
use self::patience::Patient;
use crate::failure::Failure;
use crate::terminal;

/// How long calls in progress have to end after a signal to stop.
const GRACE: Duration = Duration::from_secs(5);

/// How long to wait before the next connection where one cannot be taken, for lack of file handles say.
const PAUSE: Duration = Duration::from_millis(100);

/// How long a request's first line and headers may be together.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// The names of the options.
mod option {
    pub(super) const FAULTS: &str = "faults";
    pub(super) const HOST: &str = "host";
    pub(super) const PORT: &str = "port";
    pub(super) const ROOT_KEY: &str = "root-key";
    pub(super) const STATE: &str = "state";
    pub(super) const TIMEOUT: &str = "timeout";
}

/// The command without its help.
pub(crate) fn command() -> Command {
    let option = |name| Arg::new(name).long(name);
    Command::new("serve")
        .arg(option(option::PORT).value_parser(clap::value_parser!(u16)).default_value("4566"))
        .arg(option(option::HOST).default_value("127.0.0.1"))
        .arg(option(option::FAULTS).action(ArgAction::SetTrue))
        .arg(option(option::ROOT_KEY))
        .arg(option(option::STATE).value_parser(clap::value_parser!(PathBuf)))
        .arg(option(option::TIMEOUT).value_parser(clap::value_parser!(u32).range(1..)).default_value("30"))
}

/// Serves until a signal to stop.
pub(crate) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let host = matches.get_one::<String>(option::HOST).map_or("127.0.0.1", String::as_str);
    let port = matches.get_one::<u16>(option::PORT).copied().unwrap_or(4566);
    let timeout = Duration::from_secs(matches.get_one::<u32>(option::TIMEOUT).copied().unwrap_or(30).into());
    let service = service(matches)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::failed)?;
    let (log, writer) = Log::start().map_err(Failure::failed)?;
    let ended = runtime.block_on(serve(&service, &log, host, port, timeout));
    // What has not ended in time ends with the process.
    runtime.shutdown_background();
    drop(log);
    writer.finish();
    ended
}

/// The service that the options ask for.
fn service(matches: &ArgMatches) -> Result<LocalIam, Failure> {
    let mut service = match matches.get_one::<PathBuf>(option::STATE) {
        Some(path) => LocalIam::open(path).map_err(Failure::failed)?,
        None => LocalIam::new(),
    };
    if let Some(key) = matches.get_one::<String>(option::ROOT_KEY) {
        // The message does not repeat what may be a secret.
        let (id, secret) = key
            .split_once(':')
            .filter(|(id, secret)| !id.is_empty() && !secret.is_empty())
            .ok_or_else(|| Failure::usage(format_args!("--{}: must be like ID:SECRET", option::ROOT_KEY)))?;
        service = service.with_verification(Credentials::new(id, secret));
    }
    if matches.get_flag(option::FAULTS) {
        service = service.with_fault_header();
    }
    Ok(service)
}

async fn serve(service: &LocalIam, log: &Log, host: &str, port: u16, timeout: Duration) -> Result<(), Failure> {
    let listener = TcpListener::bind((host, port))
        .await
        .map_err(|error| Failure::failed(format_args!("cannot listen on {host} port {port}: {error}")))?;
    let address = listener.local_addr().map_err(Failure::failed)?;
    // Before the line that says that it is there: who reads it may stop it at once.
    let mut stop = pin!(stop::signal().map_err(Failure::failed)?);
    terminal::print(&format!("listening on http://{address}\n"))?;
    let connections = GracefulShutdown::new();
    while let Some(accepted) = stop::until(stop.as_mut(), listener.accept()).await {
        match accepted {
            Ok((stream, _)) => handle_connection(stream, service.clone(), log.clone(), timeout, &connections),
            Err(error) => {
                log.add(format!("a connection failed: {error}"));
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    tokio::time::timeout(GRACE, connections.shutdown()).await.unwrap_or_default();
    Ok(())
}

/// Answers what comes on a connection, until either side ends it. A client has `timeout` for each of: the head of a request
/// (from the end of the last reply on), its body, and any part of a reply.
fn handle_connection(
    stream: TcpStream,
    service: LocalIam,
    log: Log,
    timeout: Duration,
    connections: &GracefulShutdown,
) {
    // A reply is one piece: to wait for more gains nothing. Where it cannot be said, all works the same.
    stream.set_nodelay(true).unwrap_or_default();
    let handler = service_fn(move |request| {
        let (service, log) = (service.clone(), log.clone());
        async move { Ok::<_, Infallible>(answer(service, request, &log, timeout).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        // Who has sent all that there is to send may still wait for the reply.
        .half_close(true)
        .header_read_timeout(timeout)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(TokioIo::new(Patient::new(stream, timeout)), handler);
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        // A client that goes away in the middle of a request is its own affair.
        connection.await.unwrap_or_default();
    });
}

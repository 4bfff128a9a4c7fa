"""`shapewire serve` beside moto_server: requests a second, latencies and memory, for the same calls in one run.

    cargo build --release -p shapewire-cli
    target/venv/bin/python benches/serve.py target/release/shapewire

Clients are processes with one connection each, which send a call as soon as the last one is answered. Nothing is signed;
neither server checks signatures unless told to. What is measured includes the clients, which share the machine.
"""

import argparse
import multiprocessing
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

ROUNDS = (
    ("CreateUser", lambda client, number: f"Action=CreateUser&Version=2010-05-08&UserName=u{client}-{number}"),
    ("GetUser", lambda client, number: f"Action=GetUser&Version=2010-05-08&UserName=u{client}-{number}"),
    ("ListUsers of 100", lambda client, number: "Action=ListUsers&Version=2010-05-08&MaxItems=100"),
)


def request(form):
    # moto finds the service by the scope of the signature, and checks nothing else of it.
    scope = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0"
    return (
        f"POST / HTTP/1.1\r\nHost: iam.amazonaws.com\r\nAuthorization: {scope}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n\r\n{form}"
    ).encode()


def connect(address):
    connection = socket.create_connection(address)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def exchange(connection, message):
    """Sends a request and reads its reply; whether the connection can be used again."""
    connection.sendall(message)
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        assert part, "the server ended the connection"
        data += part
    head, body = data.split(b"\r\n\r\n", 1)
    head = head.lower()
    assert head[9:12] == b"200", data[:2000]
    length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
    received = len(body)
    while received < length:
        received += len(connection.recv(65536))
    return not (head.startswith(b"http/1.0") or b"connection: close" in head)


def client(address, number, calls, make, ready, results):
    messages = [request(make(number, call)) for call in range(calls)]
    connection = connect(address)
    ready.wait()
    latencies = []
    start = time.perf_counter()
    for message in messages:
        before = time.perf_counter()
        if connection is None:
            connection = connect(address)
        if not exchange(connection, message):
            connection.close()
            connection = None
        latencies.append(time.perf_counter() - before)
    results.put((start, time.perf_counter(), latencies))


def measure(address, clients, calls, make):
    ready, results = multiprocessing.Barrier(clients), multiprocessing.Queue()
    workers = [
        multiprocessing.Process(target=client, args=(address, number, calls, make, ready, results))
        for number in range(clients)
    ]
    for worker in workers:
        worker.start()
    ended = [results.get(timeout=600) for _ in workers]
    for worker in workers:
        worker.join()
    latencies = sorted(latency for _, _, each in ended for latency in each)
    seconds = max(end for _, end, _ in ended) - min(start for start, _, _ in ended)
    return len(latencies) / seconds, latencies[len(latencies) // 2], latencies[len(latencies) * 99 // 100]


def memory(process):
    """The resident set of a process in MiB."""
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def start_shapewire(binary, log, *options):
    process = subprocess.Popen([binary, "serve", "--port", "0", *options], stdout=subprocess.PIPE, stderr=log, text=True)
    return process, process.stdout.readline().split("http://")[1].strip()


def start_moto(log):
    binary = pathlib.Path(sys.executable).parent / "moto_server"
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [binary, "-H", "127.0.0.1", "-p", "0"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment
    )
    for line in process.stderr:
        if "Running on http://" in line:
            # What it logs from here on must not fill a pipe.
            multiprocessing.get_context("fork").Process(
                target=lambda: [None for _ in process.stderr], daemon=True
            ).start()
            return process, line.split("http://")[1].split()[0]
    raise SystemExit("moto_server did not start")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", help="the command shapewire, as a release build")
    parser.add_argument("--clients", type=int, default=2)
    parser.add_argument("--calls", type=int, default=500, help="of each kind, for each client")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w") as log:
        servers = {
            "shapewire": lambda: start_shapewire(arguments.binary, log),
            "shapewire --state": lambda: start_shapewire(arguments.binary, log, "--state", f"{folder}/account.json"),
            "moto_server": lambda: start_moto(log),
        }
        print(f"{arguments.clients} clients, {arguments.calls} calls each\n")
        print("| server | call | requests/s | median ms | p99 ms | memory MiB |\n|---|---|---|---|---|---|")
        for name, start in servers.items():
            process, where = start()
            host, port = where.split(":")
            try:
                for call, make in ROUNDS:
                    rate, median, p99 = measure((host, int(port)), arguments.clients, arguments.calls, make)
                    print(
                        f"| {name} | {call} | {rate:.0f} | {median * 1000:.2f} | {p99 * 1000:.2f} | {memory(process):.0f} |",
                        flush=True,
                    )
            finally:
                process.terminate()
                process.wait()


if __name__ == "__main__":
    main()

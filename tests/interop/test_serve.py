"""What `serve` does on request and under load: faults, state, a thousand connections that say nothing."""

import resource
import socket
import time
import urllib.parse

import pytest

from conftest import ROOT_KEY
from test_boto3 import refused


def with_fault(client, fault):
    """Has each attempt of the client ask for this fault."""
    client.meta.events.register(
        "before-call", lambda params, **_: params["headers"].__setitem__("x-shapewire-fault", fault)
    )
    return client


def test_faults_by_a_header(serve, client, monkeypatch):
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    endpoint = serve("--faults", "--root-key", ":".join(ROOT_KEY))
    # boto3 tries again until it is over.
    patient = with_fault(client("iam", endpoint, ROOT_KEY, attempts=3), "Throttling;count=2;id=a")
    reply = patient.create_user(UserName="jane")
    assert reply["ResponseMetadata"]["RetryAttempts"] == 2
    # The same text has had its two; another has not.
    assert patient.get_user(UserName="jane")["ResponseMetadata"]["RetryAttempts"] == 0
    once = with_fault(client("iam", endpoint, ROOT_KEY), "Throttling;count=1;id=b")
    refused(once.list_users, "Throttling", 400)
    once.list_users()
    always = with_fault(client("iam", endpoint, ROOT_KEY), "LimitExceeded;operation=CreateUser")
    with pytest.raises(always.exceptions.LimitExceededException):
        always.create_user(UserName="joe")
    assert len(always.list_users()["Users"]) == 1
    refused(with_fault(client("iam", endpoint, ROOT_KEY), "X;status=503").list_users, "X", 503)
    refused(with_fault(client("sts", endpoint, ROOT_KEY), "ServiceUnavailable").get_caller_identity, "ServiceUnavailable", 503)
    message = refused(with_fault(client("iam", endpoint, ROOT_KEY), "Throttling;often=2").list_users, "ValidationError", 400)
    assert "x-shapewire-fault" in message and '"often"' in message
    with_fault(client("iam", endpoint, ROOT_KEY), "latency_ms=1").list_users()


def test_without_the_option_the_header_says_nothing(endpoint, client):
    assert with_fault(client("iam", endpoint), "Throttling").list_users()["Users"] == []


def test_the_state_outlives_the_server(serve, client, tmp_path):
    options = ("--state", str(tmp_path / "account.json"), "--root-key", ":".join(ROOT_KEY))
    root = client("iam", serve(*options), ROOT_KEY)
    root.create_user(UserName="jane")
    key = root.create_access_key(UserName="jane")["AccessKey"]
    serve.stop()
    jane = client("iam", serve(*options), (key["AccessKeyId"], key["SecretAccessKey"]))
    assert jane.get_user()["User"]["UserName"] == "jane"


def test_a_thousand_idle_connections_do_no_harm(serve, client):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    try:
        endpoint = serve()
        address = urllib.parse.urlsplit(endpoint)
        idle = []
        for number in range(1000):
            idle.append(socket.create_connection((address.hostname, address.port), timeout=30))
            # Half of them in the middle of a request.
            if number % 2:
                idle[-1].sendall(b"POST / HTTP/1.1\r\nhost: localhost\r\nx: ")
        iam = client("iam", endpoint)
        for number in range(20):
            iam.create_user(UserName=f"u{number}")
        assert len(iam.list_users()["Users"]) == 20
        # They are still there, and still served.
        form = b"Action=ListUsers&Version=2010-05-08"
        for connection in idle[::100]:
            connection.sendall(b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: %d\r\n\r\n%s" % (len(form), form))
            assert connection.recv(12) == b"HTTP/1.1 200"
        for connection in idle:
            connection.close()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

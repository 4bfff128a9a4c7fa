"""Servers that are not ours, as child processes on ports that the system chooses."""

import contextlib
import subprocess
import time
import urllib.request


@contextlib.contextmanager
def running(command, environment, folder, says, ready):
    """Runs a server; gives its URL, which follows `says` in its log, once it answers at the path `ready`."""
    path = folder / "server.log"
    with path.open("wb") as log:
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
        try:
            url = wait_for_url(server, path, says)
            with urllib.request.urlopen(url + ready, timeout=60) as reply:
                assert reply.status == 200
            yield url
        finally:
            server.terminate()
            try:
                server.wait(timeout=30)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait(timeout=30)


def wait_for_url(server, log, says):
    """The URL that the server tells in its log when it listens."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        for line in log.read_text().splitlines():
            if f"{says} http://" in line:
                return line.split(f"{says} ")[1].split()[0]
        # Waits for the end of the process, which does not come, instead of sleeping.
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(timeout=0.1)
    raise AssertionError(log.read_text())

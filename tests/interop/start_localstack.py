"""Starts LocalStack on 127.0.0.1 only, on a port that the system chooses, and tells it: `listening on http://127.0.0.1:…`.

LocalStack's own server listens on all addresses and on a port that must be known before, so its endpoint is replaced. It keeps
its files below the folder given as the first argument.
"""

import os
import sys

SETTINGS = {
    # Where it believes to be; only its own links show it.
    "GATEWAY_LISTEN": "127.0.0.1:4566",
    "LOCALSTACK_HOST": "127.0.0.1:4566",
    "GATEWAY_SERVER": "twisted",
    "SERVICES": "iam,sts",
    "EAGER_SERVICE_LOADING": "1",
    "STRICT_SERVICE_LOADING": "1",
    # Nothing may reach for the network.
    "SKIP_SSL_CERT_DOWNLOAD": "1",
    "DISABLE_EVENTS": "1",
    "DNS_ADDRESS": "0",
    "API_ENDPOINT": "http://127.0.0.1:1/v1",
}


def listen_on_loopback():
    """Makes every endpoint that twisted opens one of 127.0.0.1, with a free port."""
    from twisted.internet import endpoints

    class LoopbackEndpoint(endpoints.TCP4ServerEndpoint):
        def __init__(self, reactor, port, **options):
            super().__init__(reactor, 0, **(options | {"interface": "127.0.0.1"}))

        def listen(self, factory):
            return super().listen(factory).addCallback(tell)

    def tell(port):
        print(f"listening on http://127.0.0.1:{port.getHost().port}", flush=True)
        return port

    endpoints.TCP4ServerEndpoint = LoopbackEndpoint


def main(folder):
    os.environ |= SETTINGS | {"FILESYSTEM_ROOT": folder}
    listen_on_loopback()

    from localstack.runtime.main import main as run

    run()


if __name__ == "__main__":
    main(sys.argv[1])

"""The newsroom, for tests that run the whole of Wirecopy."""

import contextlib
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from wirecopy.demo.newsroom import Newsroom


@pytest.fixture
def newsroom():
    """A newsroom that answers while the test lasts, its request log empty."""
    with Newsroom() as newsroom:
        yield newsroom


@pytest.fixture(scope="session")
def clean_environment():
    """The environment without settings of whoever runs the tests."""
    return {name: value for name, value in os.environ.items() if not name.startswith("WIRECOPY_")}


@pytest.fixture(scope="session")
def serve():
    """Serves on loopback what `answer(host, path)` gives, a (status, type, body); gives the port, for a `with` block."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 256  # the usual 5 lose connections of a busy client, which then wait for retransmissions
        daemon_threads = True

    @contextlib.contextmanager
    def serving(answer):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                status, kind, body = answer(self.headers["Host"].partition(":")[0], self.path)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        server = Server(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        server.server_close()
        thread.join()

    return serving

"""A local server that answers like Stripe's API, so that the SDK's own path is exercised without network."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit


class Stub:
    """What was asked, and what is answered: (status, body) per path, the last one for ever."""

    def __init__(self):
        self.requests = []
        self.answers = {}
        self.url = ""

    def on(self, path, *answers):
        self.answers[path] = list(answers)

    def answer_to(self, method, path, headers, form):
        self.requests.append({"method": method, "path": path, "headers": headers, "form": form})
        planned = self.answers.get(
            path, [(404, {"error": {"type": "invalid_request_error", "code": "none"}})]
        )
        return planned.pop(0) if len(planned) > 1 else planned[0]


@contextmanager
def stripe_stub(stub: Stub | None = None) -> Iterator[Stub]:
    stub = Stub() if stub is None else stub

    class Handler(BaseHTTPRequestHandler):
        def reply(self):
            length = int(self.headers.get("Content-Length") or 0)
            form = {key: value[0] for key, value in parse_qs(self.rfile.read(length).decode()).items()}
            status, body = stub.answer_to(self.command, urlsplit(self.path).path, dict(self.headers), form)
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = reply  # noqa: N815 -- the server's names

        def log_message(self, *args):
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

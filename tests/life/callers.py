"""Who talks to the house over HTTP: clients of the API, staff in the back office, providers that tell."""

import json
import re
from dataclasses import dataclass
from threading import Lock
from uuid import uuid4

import httpx
from stripe import WebhookSignature

from tests.factories.identity import PASSWORD

HIDDEN = re.compile(r'name="(csrfmiddlewaretoken|seen)"\s+value="([^"]*)"')
TOKEN = "Authorization"
FORM_ANSWERS = {200, 302, 400, 403, 409, 412, 422}
"""Done (302), wrong fields (200), refused by a rule in words."""
TIMEOUT = httpx.Timeout(120)


@dataclass(frozen=True)
class Write:
    """A request of staff that changed something."""

    request_id: str
    user_id: str
    what: str


class Caller:
    """A client of the API, signed in when it has an account; notes every write that the house accepted."""

    def __init__(self, url, *, email="", user_id="", journal=None, code=None):
        self.http = httpx.Client(base_url=url, timeout=TIMEOUT)
        self.email, self.user_id, self.code = email, user_id, code
        self.journal = journal if journal is not None else []
        self.lock = Lock()

    def forget(self):
        """Throw the token away, whose half hour is over."""
        self.http.headers.pop(TOKEN, None)

    def log_in(self):
        answer = self.post("/auth/login", {"email": self.email, "password": PASSWORD})
        if answer.json().get("mfa_required"):
            body = {"mfa_token": answer.json()["mfa_token"], "code": self.code()}
            answer = self.post("/auth/mfa/verify", body)
        assert answer.status_code == 200, answer.text
        self.http.headers[TOKEN] = f"Bearer {answer.json()['access']}"

    def get(self, path, **query):
        return self._ask("GET", path, params=query)

    def _ask(self, method, path, **more):
        """Send a request; who has an account and no token logs in first."""
        if self.user_id and not path.startswith("/auth/"):
            with self.lock:
                if TOKEN not in self.http.headers:
                    self.log_in()
        answer = self.http.request(method, f"/api/v1{path}", **more)
        assert answer.status_code < 500, (method, path, answer.text)
        return answer

    def rows(self, path, **query):
        """Return all rows of a list, page after page."""
        rows, cursor = [], {}
        while True:
            body = self.get(path, limit=100, **query, **cursor).json()
            rows += body["results"]
            if body["next"] is None:
                return rows
            cursor = {"cursor": httpx.URL(body["next"]).params["cursor"]}

    def post(self, path, body=None, **more):
        return self.send("POST", path, body, **more)

    def send(self, method, path, body=None, *, seen=None, key=None, may_repeat=False):
        """Send a change; `may_repeat` says that what is there already may be the answer."""
        headers = {"X-Request-ID": uuid4().hex}
        if seen is not None:
            headers["If-Match"] = f'"{seen}"'
        if key is not None:
            headers["Idempotency-Key"] = key
        answer = self._ask(method, path, json={} if body is None else body, headers=headers)
        is_new = answer.headers.get("Idempotency-Replayed") != "true" and not may_repeat
        is_new = is_new and (seen is None or answer.headers.get("ETag") != f'"{seen}"')
        if self.user_id and answer.status_code < 300 and is_new and not path.startswith("/auth/"):
            self.journal.append(Write(headers["X-Request-ID"], self.user_id, f"{method} {path}"))
        return answer

    def close(self):
        self.http.close()


class Office:
    """A member of staff in the back office: cookies, forms with their tokens, log-in in two steps."""

    def __init__(self, url, *, email, user_id, journal, code):
        self.http = httpx.Client(base_url=url, timeout=TIMEOUT)
        self.email, self.user_id, self.code, self.journal = email, user_id, code, journal

    def log_in(self):
        """AU-8, AU-9: password, then the code of this half minute."""
        self.http.cookies.clear()
        asked = self.submit("/admin/login/", username=self.email, password=PASSWORD)
        assert asked.headers["Location"] == "/admin/login/code/"
        entered = self.submit("/admin/login/code/", code=self.code())
        assert entered.headers["Location"] == "/admin/"

    def page(self, path):
        answer = self.http.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    def submit(self, path, **fields):
        """Open the form of a page and send it filled in, with what it hides."""
        hidden = dict(HIDDEN.findall(self.page(path)))
        request_id = uuid4().hex
        answer = self.http.post(path, data={**hidden, **fields}, headers={"X-Request-ID": request_id})
        assert answer.status_code in FORM_ANSWERS, (path, answer.status_code)
        if answer.status_code == 302 and "/login/" not in path:
            self.journal.append(Write(request_id, self.user_id, f"form {path}"))
        return answer

    def close(self):
        self.http.close()


class Provider:
    """Tells the house what happened elsewhere, signed."""

    def __init__(self, url, clock):
        self.http = httpx.Client(base_url=url, timeout=TIMEOUT)
        self.clock = clock

    def tell(self, path, header, secret, body):
        raw = json.dumps(body)
        stamp = int(self.clock.now().timestamp())
        signature = WebhookSignature.generate_signature_header(raw, secret, stamp)
        answer = self.http.post(
            path, content=raw, headers={header: signature, "Content-Type": "application/json"}
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def close(self):
        self.http.close()

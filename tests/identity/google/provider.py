"""A small OpenID provider of our own: discovery, keys, code with PKCE, signed id tokens; over real HTTP."""

import base64
import hashlib
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import time
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "our-client", "our-secret"


@dataclass
class Provider:
    """What the provider knows, and how it misbehaves when a test wants it to."""

    person: dict = field(
        default_factory=lambda: {
            "sub": "google-1",
            "email": "Jane@People.example",
            "email_verified": True,
            "name": "Jane Roe",
            "picture": "https://pictures.example/jane.png",
        }
    )
    claims: dict = field(default_factory=dict)
    """Claims of the next id token that differ from what they should be; None leaves one out."""
    signing_key: RSAKey | None = None
    token_status: int = 200
    announced_issuer: str = ""
    codes: dict = field(default_factory=dict)
    requests: list = field(default_factory=list)

    def __post_init__(self):
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.answer(*provider.get(urlsplit(self.path).path))

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                self.answer(*provider.token(form, self.headers.get("Authorization", "")))

            def answer(self, status, document):
                raw = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    @property
    def issuer(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def stop(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def get(self, path):
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.announced_issuer or self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
        if path == "/keys":
            return 200, {"keys": [self.key.as_dict(private=False)]}
        return 404, {}

    def authorize(self, address):
        """Play the browser's visit: the person agrees; returns state and code."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert (asked["client_id"], asked["response_type"]) == (CLIENT_ID, "code")
        assert (asked["code_challenge_method"], asked["scope"]) == ("S256", "openid email profile")
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return asked["state"], code

    def token(self, form, authorization):
        self.requests.append(form)
        if self.token_status != 200:
            return self.token_status, {"error": "server_error"}
        expected = "Basic " + base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        asked = self.codes.pop(form.get("code"), None)
        if asked is None or authorization != expected or form.get("grant_type") != "authorization_code":
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if challenge != asked["code_challenge"] or form.get("redirect_uri") != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant", "error_description": "PKCE"}
        now = int(time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.person,
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.signing_key or self.key)
        return 200, {"access_token": "opaque", "token_type": "Bearer", "expires_in": 300, "id_token": token}

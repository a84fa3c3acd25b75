"""API-9: an example for every body of the document, composed from the schema of its members.

A member says its own example where it is declared (`examples` of the serializer, or of the schema of its
field); else the wordbook of this page knows its name; else its type and bounds make one. A whole body that a
view gives in `examples` stays as it is. Nobody in an example lives: example.com, numbers with 555.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator

from common.api.schema_parts import PROBLEM_TYPE, codes_of
from common.exceptions import DomainError

JSON = "application/json"
MAX_NESTING = 12
FIRST_REFUSAL = 400
ID = "018f6b2e-5c1d-7a40-9f3b-2d6c8e1a4b70"
MOMENT = "2027-06-12T17:00:00Z"
HASH = "5f2c1e0b9a7d4c3e8f6a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60"

WORDS: Mapping[str, Any] = {
    "access": "eyJhbGciOiJIUzI1NiJ9.eyJ0eXAiOiJhY2Nlc3MifQ.c2lnbmF0dXJl",
    "address": "5 Oak Avenue, Fremont",
    "address_line1": "5 Oak Avenue",
    "address_line2": "Suite 2",
    "city": "Fremont",
    "code": "main-line",
    "company_name": "Bay Foods",
    "country": "US",
    "currency": "USD",
    "date": "2027-06-12",
    "description": "Two boxes arrived open.",
    "display_name": "Fremont",
    "email": "ann@example.com",
    "end": "2027-06-13",
    "expires_in": 1800,
    "first_name": "Ann",
    "full_name": "Ann Lee",
    "last_name": "Lee",
    "latitude": 37.5485,
    "longitude": -121.9886,
    "message": "See you on Saturday.",
    "name": "Fremont",
    "next": "https://api.example.com/api/v1/page?cursor=bmV4dA",
    "notes": "Side gate is open.",
    "organization_name": "Hotel Bay",
    "password": "a long enough passphrase",
    "phone": "+15105550123",
    "postal_code": "94539",
    "previous": "https://api.example.com/api/v1/page?cursor=cHJldmlvdXM",
    "reason": "Guests asked for it by phone.",
    "refresh": "eyJhbGciOiJIUzI1NiJ9.eyJ0eXAiOiJyZWZyZXNoIn0.c2lnbmF0dXJl",
    "reference": "MH-7K3Q9D",
    "request_id": "0b6f5e1c-9a52-4d0e",
    "start": "2027-06-12",
    "state": "CA",
    "text": "Can you deliver on Friday?",
    "timezone": "America/Los_Angeles",
    "token": "eyJ1IjoiMDE4ZjZiMmUifQ:1rXyZa:c2lnbmF0dXJl",
    "token_type": "bearer",
}
ENDINGS: tuple[tuple[str, Any], ...] = (
    ("_cents", 12_500),
    ("_url", "https://example.com/page"),
    ("_uri", "otpauth://totp/My%20Hibachi:ann@example.com?secret=JBSWY3DPEHPK3PXP"),
    ("_hash", HASH),
    ("_id", ID),
    ("_at", MOMENT),
    ("_date", "2027-06-12"),
    ("_name", "Ann Lee"),
    ("_email", "ann@example.com"),
    ("_phone", "+15105550123"),
    ("_time", "18:00"),
    ("_rate", 0.05),
    ("_bps", 825),
    ("_miles", "12.4"),
    ("_password", "another long passphrase"),
    ("_token", "bWFkZS11cC10b2tlbg"),
)
FORMATS: Mapping[str, str] = {
    "uuid": ID,
    "date": "2027-06-12",
    "date-time": MOMENT,
    "time": "18:00:00",
    "email": "ann@example.com",
    "uri": "https://example.com/page",
    "decimal": "12.50",
}


class Composer:
    """Makes values that fit schemas of one document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.components = document["components"]["schemas"]

    def compose(self, schema: Mapping[str, Any], name: str = "", *, full: bool = True, depth: int = 0) -> Any:
        """Return a value of the schema; `full` shows the optional members too."""
        schema = self.resolve(schema)
        given = schema.get("examples") or schema.get("enum")
        if given:
            return next(value for value in given if value is not None and value != "")
        kind = _kind(schema)
        if kind == "object":
            return self._object(schema, full=full, depth=depth)
        if kind == "array":
            if depth >= MAX_NESTING or schema.get("maxItems") == 0:
                return []
            item = self.compose(schema.get("items", {}), _singular(name), full=full, depth=depth + 1)
            return [item]
        return _scalar(schema, kind, name)

    def resolve(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the schema with its reference, its parts and its first real alternative laid open."""
        if "$ref" in schema:
            return self.resolve(self.components[schema["$ref"].rpartition("/")[2]])
        if "allOf" in schema:
            merged: dict[str, Any] = {name: value for name, value in schema.items() if name != "allOf"}
            for part in schema["allOf"]:
                found = self.resolve(part)
                members = {**merged.get("properties", {}), **found.get("properties", {})}
                merged |= found
                if members:
                    merged["properties"] = members
            return merged
        for word in ("oneOf", "anyOf"):
            if word in schema and "examples" not in schema:
                return self.resolve(next(part for part in schema[word] if part.get("type") != "null"))
        return schema

    def _object(self, schema: Mapping[str, Any], *, full: bool, depth: int) -> dict[str, Any]:
        members: Mapping[str, Any] = schema.get("properties", {})
        further = schema.get("additionalProperties")
        if not members:
            if isinstance(further, Mapping) and further and depth < MAX_NESTING:
                return {"name": self.compose(further, full=full, depth=depth + 1)}
            return {}
        needed = schema.get("required", ()) or list(members)[:1]
        shown = [name for name in members if full or name in needed or "examples" in members[name]]
        return {name: self.compose(members[name], name, full=full, depth=depth + 1) for name in shown}


def _kind(schema: Mapping[str, Any]) -> str:
    kinds = schema.get("type", "object" if "properties" in schema else "")
    if isinstance(kinds, str):
        return kinds
    return next(str(kind) for kind in kinds if kind != "null")


def _singular(name: str) -> str:
    return name.removesuffix("s") if not name.endswith("ss") else name


def _scalar(schema: Mapping[str, Any], kind: str, name: str) -> Any:
    fits = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).is_valid
    return next((word for word in _candidates(schema, kind, name) if word is not None and fits(word)), None)


def _candidates(schema: Mapping[str, Any], kind: str, name: str) -> Iterator[Any]:
    """Yield what may fit, the nicest first."""
    if schema.get("format") in FORMATS and name not in WORDS:
        yield FORMATS[schema["format"]]
    if name in WORDS:
        yield WORDS[name]
    for ending, word in ENDINGS:
        if name.endswith(ending):
            yield word
    match kind:
        case "boolean":
            yield schema.get("default", True)
        case "integer" | "number":
            yield from (schema.get("default"), 2, schema.get("minimum"), schema.get("maximum"))
        case "string":
            yield from (schema.get("default") or None, FORMATS.get(schema.get("format") or ""))
            words = name.replace("_", " ").strip().capitalize() or "Text"
            yield from (words, words[: schema.get("maxLength", len(words))], f"{words}, at some length.")
            yield from (HASH, "12.50", "18:00")
        case _:
            yield {}


def example_of_problem(refusal: type[DomainError]) -> dict[str, Any]:
    """Return the answer to a refusal as it may look."""
    body: dict[str, Any] = {
        "type": f"/problems/{refusal.code}",
        "title": refusal.title,
        "status": refusal.status,
        "detail": refusal.title,
        "instance": "/api/v1/path",
        "code": refusal.code,
        "request_id": WORDS["request_id"],
    }
    if refusal.status == FIRST_REFUSAL:
        body["errors"] = [{"pointer": "/member", "code": refusal.code, "message": refusal.title}]
    return body


def add_examples(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Give every body of the document an example: a hook of drf-spectacular, run once the paths are known."""
    composer = Composer(result)
    for operation in (one for methods in result["paths"].values() for one in methods.values()):
        content = operation.get("requestBody", {}).get("content", {})
        for media in content.values():
            _give(media, composer, full=False)
        for response in operation["responses"].values():
            for media_type, media in response.get("content", {}).items():
                if media_type == PROBLEM_TYPE:
                    codes = codes_of(media, composer.components)
                    media["examples"] = {code: {"$ref": f"#/components/examples/{code}"} for code in codes}
                else:
                    _give(media, composer, full=True)
    return result


def _give(media: dict[str, Any], composer: Composer, *, full: bool) -> None:
    if "examples" not in media:
        media["examples"] = {"Example": {"value": composer.compose(media["schema"], full=full)}}

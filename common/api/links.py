"""API-9: OpenAPI links: where an answer leads to, so that clients and tests can walk from call to call.

By the shape of the paths alone: what a POST or a list on a collection answers with has an `id`, or the
`token` of a link, and the paths below `collection/{variable}` take it. A detail leads on to the actions on
it, with the ETag that it was shown with.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from common.api.examples import JSON, Composer

VARIABLE = "/{"
ETAG_OF_ANSWER = "$response.header.ETag"


def add_links(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Link the answers of the document to the operations they lead to: a hook of drf-spectacular."""
    composer = Composer(result)
    paths: Mapping[str, Mapping[str, Any]] = result["paths"]
    for path, methods in paths.items():
        for method, operation in methods.items():
            status, answer = _success(operation)
            members = composer.resolve(answer).get("properties", {})
            links = dict(_links(paths, path, method, members, composer))
            if links:
                operation["responses"][status]["links"] = links
    return result


def _success(operation: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    status, response = next(item for item in operation["responses"].items() if item[0] < "400")
    return status, response.get("content", {}).get(JSON, {}).get("schema", {})


def _links(
    paths: Mapping[str, Any], path: str, method: str, members: Mapping[str, Any], composer: Composer
) -> Iterator[tuple[str, dict[str, Any]]]:
    if method == "get" and path.endswith("}"):
        yield from _onwards(paths, path, tagged="ETag" in _headers(paths[path]["get"]))
        return
    pages = next((name for name in ("results", "items") if name in members), None)
    if method == "get" and pages:
        row = composer.resolve(composer.resolve(members[pages])["items"]).get("properties", {})
        yield from _inwards(paths, path, row, f"$response.body#/{pages}/0", methods=("get",))
    elif method == "post":
        yield from _inwards(paths, path, members, "$response.body#", methods=("get", "delete"))


def _onwards(paths: Mapping[str, Any], path: str, *, tagged: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the writes on a detail that was read."""
    for below, methods in paths.items():
        if below != path and not (below.startswith(f"{path}/") and VARIABLE not in below[len(path) :]):
            continue
        for method, operation in methods.items():
            if (below, method) == (path, "get"):
                continue
            wanted: dict[str, str] = {name: f"$request.path.{name}" for name in _variables(path)}
            if tagged and _takes(operation, "If-Match"):
                wanted["header.If-Match"] = ETAG_OF_ANSWER
            yield operation["operationId"], {"operationId": operation["operationId"], "parameters": wanted}


def _inwards(
    paths: Mapping[str, Any], path: str, members: Mapping[str, Any], where: str, *, methods: tuple[str, ...]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the operations on the one thing that an answer shows."""
    for below, operations in paths.items():
        if not below.startswith(f"{path}{VARIABLE}") or below.count(VARIABLE) != path.count(VARIABLE) + 1:
            continue
        variable = _variables(below)[-1]
        if variable not in members or not below.endswith("}"):
            continue
        for method in methods:
            if method not in operations:
                continue
            wanted = {name: f"$request.path.{name}" for name in _variables(path)}
            wanted[variable] = f"{where}/{variable}"
            name = operations[method]["operationId"]
            yield name, {"operationId": name, "parameters": wanted}


def _variables(path: str) -> list[str]:
    return [part.strip("{}") for part in path.split("/") if part.startswith("{")]


def _takes(operation: Mapping[str, Any], header: str) -> bool:
    return any(parameter["name"] == header for parameter in operation.get("parameters", ()))


def _headers(operation: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = operation["responses"].get("200", {}).get("headers", {})
    return found

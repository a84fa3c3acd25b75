"""The rules of house-style.md that a linter cannot see, read off the source files."""

import ast
import re

import pytest

from tests.architecture.house import APPS, ROOT, source_files

MAX_LINES = {"tests": 600}
DEFAULT_MAX_LINES = 400
LONG_FILES: dict[str, str] = {}
"""Files over the limit, each with its reason."""

FORBIDDEN_NAMES = {"utils.py", "helpers.py", "misc.py", "signals.py"}
EDGES = {"api", "admin"}
TRANSACTION_EXEMPT = {
    "common/api/idempotency.py": "API-6: the idempotency wrapper owns the outer transaction",
}

files = pytest.mark.parametrize("path", source_files(), ids=lambda path: str(path.relative_to(ROOT)))


@files
def test_file_is_of_readable_length(path):
    name = str(path.relative_to(ROOT))
    lines = len(path.read_text().splitlines())
    assert lines <= MAX_LINES.get(name.split("/", maxsplit=1)[0], DEFAULT_MAX_LINES) or name in LONG_FILES


def test_no_drawer_modules():
    assert [str(path) for path in source_files(*APPS) if path.name in FORBIDDEN_NAMES] == []


def _edge(path):
    parts = path.relative_to(ROOT).parts
    return len(parts) > 1 and (parts[1] in EDGES or parts[1] in {"api.py", "admin.py"})


def test_edges_hold_no_transaction():
    """house-style.md: the service owns `transaction.atomic`; views, admin and serializers hold none."""
    offenders = [
        str(path.relative_to(ROOT))
        for path in source_files(*APPS)
        if _edge(path)
        and re.search(r"\batomic\b\s*[(:]|@transaction\.atomic|with transaction\.", path.read_text())
    ]
    assert set(offenders) - set(TRANSACTION_EXEMPT) == set()


@files
def test_every_exemption_names_code_and_reason(path):
    """`noqa` and `type: ignore` carry their code and, after it, their reason."""
    bad = [
        f"{number}: {line.strip()}"
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if path.name != "test_source.py"
        and (
            (re.search(r"#\s*noqa", line) and not re.search(r"# noqa: [A-Z]+\d+(, [A-Z]+\d+)* -- \S", line))
            or (
                re.search(r"#\s*type:\s*ignore", line)
                and not re.search(r"# type: ignore\[[a-z-]+(, ?[a-z-]+)*\]\s+(#|--) ?\S", line)
            )
        )
    ]
    assert bad == []


def test_no_test_patches_our_own_code():
    offenders = [
        str(path.relative_to(ROOT))
        for path in source_files("tests")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module in {"unittest.mock", "mock"}
    ]
    assert offenders == []


def test_kernel_without_tables_knows_no_word_of_the_business():
    words = re.compile(r"\b(booking|bookings|hibachi|chef|chefs|customer|customers)\b", re.IGNORECASE)
    offenders = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in source_files("common")
        if "db" in path.relative_to(ROOT).parts and (match := words.search(path.read_text()))
    ]
    assert offenders == []


def test_lock_files_name_no_index_and_hash_everything():
    for name in ("base.txt", "dev.txt"):
        text = (ROOT / "requirements" / name).read_text()
        assert "://" not in text
        pinned = re.findall(r"^[a-z0-9][^\s=]*==", text, re.MULTILINE)
        assert text.count("--hash=sha256:") >= len(pinned) > 0


def test_every_decision_has_a_numbered_title():
    names = sorted(path.name for path in (ROOT / "docs" / "adr").glob("*.md"))
    assert names
    assert [name for name in names if not re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", name)] == []
    assert len({name[:4] for name in names}) == len(names)

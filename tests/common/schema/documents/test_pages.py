"""Pages under docs/schema: what they say, and how the command finds and writes stale ones."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from common.floors import Floors
from common.schema.documents.dictionary import page_of_house, page_of_schema
from common.schema.documents.mermaid import mermaid_of_house, mermaid_of_schema
from common.schema.documents.pages import pages
from common.schema.documents.reading import Column, Key, Rule, Table
from tests.architecture.house import HOUSE, house_models


def column(name, type_="uuid", **changes):
    plain = {"null": False, "default": "", "comment": "", "privacy": "public", "sealing": "", "values": ()}
    return Column(name, type_, **{**plain, "primary": False, "key": None, **changes})


HOMES = Table("town", "homes", "homes", "Home", "Where | people live.", [column("id", primary=True)], [], [])
ROOMS = Table(
    schema="town",
    app="homes",
    name="rooms",
    model="Room",
    comment="",
    columns=[
        column("id", primary=True, default="gen_random_uuid()"),
        column("home_id", key=Key("town", "homes", "id", "CASCADE", single=False), comment="Its home."),
        column("owner_id", null=True, key=Key("people", "owners", "id", "SET NULL", single=True)),
        column("size", "numeric(5,2)", privacy="personal", sealing="encrypted"),
        column("kind", "varchar(32)", values=["bath", "bed"], comment="What it is for."),
    ],
    indexes=[Rule("ix_rooms_kind", "index", "(kind)"), Rule(None, "index", "(owner_id)")],
    constraints=[Rule("ck_rooms_kind", "check", "kind IN ('bath', 'a|b')")],
)


def test_page_of_a_schema():
    assert (
        page_of_schema("town", [HOMES, ROOMS])
        == r"""# Schema town

Tables of the app `homes`. [All schemas](README.md), [diagram in Mermaid](town.mmd).

[![Entity diagram of town](town.svg)](town.svg)

| table | model | columns | meaning |
|---|---|---|---|
| [homes](#homes) | Home | 1 | Where \| people live. |
| [rooms](#rooms) | Room | 5 | |

## homes

Where \| people live.

| column | type | null | default | class | points at | meaning |
|---|---|---|---|---|---|---|
| **id** | uuid | | | public | | |

## rooms

| column | type | null | default | class | points at | meaning |
|---|---|---|---|---|---|---|
| **id** | uuid | | `gen_random_uuid()` | public | | |
| home_id | uuid | | | public | town.homes, CASCADE | Its home. |
| owner_id | uuid | null | | public | people.owners, SET NULL, at most once | |
| size | numeric(5,2) | | | personal, encrypted | | |
| kind | varchar(32) | | | public | | What it is for. One of `bath`, `bed`. |

| index | kind | on |
|---|---|---|
| ix_rooms_kind | index | `(kind)` |
| *named by Django* | index | `(owner_id)` |

| constraint | kind | rule |
|---|---|---|
| ck_rooms_kind | check | `kind IN ('bath', 'a\|b')` |
"""
    )


def test_page_of_the_house_counts_keys_by_their_target():
    owners = Table("people", "persons", "owners", "Owner", "", [column("id", primary=True)], [], [])
    lines = page_of_house({"people": [owners], "town": [HOMES, ROOMS]}).splitlines()
    assert lines[6:11] == [
        "| schema | app | tables | columns | foreign keys to |",
        "|---|---|---|---|---|",
        "| [people](people.md) | persons | 1 | 1 | |",
        "| [town](town.md) | homes | 2 | 6 | people 1, town 1 |",
        "| 2 schemas | | 3 | 7 | 2 |",
    ]
    assert mermaid_of_house({"people": [owners], "town": [HOMES, ROOMS]}) == (
        "flowchart RL\n"
        '    people["people<br>tables: 1"]\n'
        '    town["town<br>tables: 2"]\n'
        "    town -->|1| people\n"
    )


def test_mermaid_of_a_schema():
    assert mermaid_of_schema([HOMES, ROOMS]) == (
        "erDiagram\n"
        "    homes {\n"
        "        uuid id PK\n"
        "    }\n"
        "    rooms {\n"
        "        uuid id PK\n"
        "        uuid home_id FK\n"
        '        uuid owner_id FK "null"\n'
        "        numeric(5-2) size\n"
        "        varchar(32) kind\n"
        "    }\n"
        "    homes ||--o{ rooms : home_id\n"
        '    "people.owners" |o--o| rooms : owner_id\n'
    )


def test_every_table_and_column_of_the_house_is_in_the_pages():
    texts = pages()
    schemas = {name.removesuffix(".md") for name in texts if name.endswith(".md")} - {"README"}
    assert set(texts) == {f"{name}.{kind}" for name in (*schemas, "house") for kind in ("svg", "mmd")} | {
        "README.md",
        *(f"{schema}.md" for schema in schemas),
    }
    tables = sum(text.count("\n## ") for text in texts.values())
    assert tables == len(house_models())
    assert pages(floors=HOUSE) == texts


def run(directory, **options):
    out = io.StringIO()
    call_command("document_schema", directory=directory, stdout=out, **options)
    return out.getvalue()


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A folder with all pages, up to date."""
    directory = tmp_path_factory.mktemp("docs") / "schema"
    report = json.loads(run(directory, as_json=True))
    assert len(report["written"]) == report["files"] == len(list(directory.iterdir()))
    return directory


@pytest.fixture
def spoiled(written):
    """The same with one file of each fault, and two that are not ours."""
    was = (written / "core.md").read_text()
    (written / "core.md").write_text(was.replace("# Schema core", "# Schema heart"))
    (written / "house.svg").unlink()
    (written / "old.mmd").write_text(pages()["house.mmd"])
    (written / "notes.md").write_text("by hand")
    (written / "snapshot.json").write_text("{}")
    yield written
    run(written)


STALE = ["core.md: outdated", "house.svg: missing", "old.mmd: left over"]


def test_up_to_date_files_pass_the_check(written):
    assert run(written, check=True) == f"files: {len(pages())}\nstale: 0\n"
    assert run(written) == f"files: {len(pages())}\nwritten: 0\n"


def test_check_names_stale_files_and_ends_with_1(spoiled):
    out = io.StringIO()
    with pytest.raises(CommandError, match="3 stale files") as caught:
        call_command("document_schema", directory=spoiled, check=True, as_json=True, stdout=out)
    assert caught.value.returncode == 1
    assert json.loads(out.getvalue()) == {"files": len(pages()), "stale": STALE}
    assert not (spoiled / "house.svg").exists()


def test_diff_shows_what_would_change(spoiled):
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("document_schema", directory=spoiled, diff=True, stdout=out)
    lines = out.getvalue().splitlines()
    assert "-# Schema heart" in lines
    assert "+# Schema core" in lines


def test_dry_run_names_what_it_would_write(spoiled):
    assert json.loads(run(spoiled, dry_run=True, as_json=True))["written"] == STALE
    assert (spoiled / "old.mmd").exists()


def test_writing_mends_every_fault_and_leaves_the_files_of_others(spoiled):
    assert json.loads(run(spoiled, as_json=True))["written"] == STALE
    assert run(spoiled, check=True).endswith("stale: 0\n")
    assert not (spoiled / "old.mmd").exists()
    assert (spoiled / "notes.md").read_text() == "by hand"


def test_other_floors_make_other_pages():
    texts = pages(floors=Floors([["engine_app"]]))
    schemas = {name.removesuffix(".md") for name in texts if name.endswith(".md")}
    assert schemas == {"README", "engine_depot", "engine_shop"}

"""Section 17: what `check_relationships` prints, and how it ends."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from common.schema.relationships import Figures
from common.schema.relationships.figures import schemas_of
from tests.architecture.house import house_models
from tests.common.schema.relationships.test_keys import ADD, DROP, plant

pytestmark = pytest.mark.django_db
FIGURES = {"models", "relations", "enums", "foreign_keys", "indexes", "constraints"}


def run(**options):
    out = io.StringIO()
    call_command("check_relationships", stdout=out, **options)
    return out.getvalue()


def test_report_ends_with_the_figures_of_each_schema_and_of_all():
    lines = run().splitlines()
    schemas = schemas_of(house_models())
    assert lines[:2] == ["errors: 0", "warnings: 0"]
    assert " ".join(lines[2].split()) == "schema models relations enums foreign keys indexes constraints"
    assert [line.split()[0] for line in lines[3:-2]] == schemas
    assert lines[-2].startswith(f"{len(schemas)} in total ")
    assert lines[-1].startswith("checked in ")


def test_json_is_one_document():
    report = json.loads(run(as_json=True))
    assert (report["errors"], report["warnings"]) == ([], [])
    assert set(report["schemas"]) == set(schemas_of(house_models()))
    assert set(report["total"]) == FIGURES | {"schemas"}
    assert report["total"]["models"] == len(house_models())
    assert report["seconds"] >= 0


def test_errors_end_with_exit_code_1_after_the_report():
    plant([DROP])
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 errors in relationships") as caught:
        call_command("check_relationships", stdout=out, diff=True)
    assert caught.value.returncode == 1
    words = "identity.RolePermission.role: has no foreign key on role_id in the catalogue (key_missing)"
    assert out.getvalue() == f"errors: 1\n  - {words}\nwarnings: 0\n"


def test_diff_in_json_tells_the_findings_alone():
    plant([DROP])
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("check_relationships", stdout=out, diff=True, as_json=True)
    assert json.loads(out.getvalue()) == {
        "errors": [
            {
                "code": "key_missing",
                "where": "identity.RolePermission.role",
                "words": "has no foreign key on role_id in the catalogue",
            }
        ],
        "warnings": [],
    }


def test_warnings_alone_end_well():
    """A doubled key is worth a look; it breaks nothing."""
    plant([ADD + "identity.roles (id)"])
    lines = run().splitlines()
    assert lines[:2] == ["errors: 0", "warnings: 1"]
    assert lines[2].endswith("(key_doubled)")


def test_figures_are_named():
    assert set(Figures(1, 2, 3, 4, 5, 6).as_dict()) == FIGURES

import pytest

from common.db import names, table


@pytest.mark.parametrize(
    ("written", "schema", "bare"),
    [
        ('"core"."orders"', "core", "orders"),
        ('core"."orders_tags', "core", "orders_tags"),
        ("orders", None, "orders"),
        ('"orders"', None, "orders"),
        ('"Co re"."or.ders"', "Co re", "or.ders"),
    ],
)
def test_parse_reads_every_spelling_of_django(written: str, schema: str | None, bare: str) -> None:
    assert names.parse(written) == names.TableName(schema, bare)


def test_table_writes_the_canonical_spelling() -> None:
    assert table("core", "orders") == '"core"."orders"'
    assert names.canonical('core"."orders') == '"core"."orders"'
    assert names.canonical("orders") == "orders"
    assert names.canonical('"orders"') == '"orders"'


@pytest.mark.parametrize(
    ("schema", "name"), [("", "orders"), ("core", ""), ('co"re', "orders"), ("core", 'or"ders')]
)
def test_table_refuses_what_is_no_name(schema: str, name: str) -> None:
    with pytest.raises(ValueError, match="is no name"):
        table(schema, name)

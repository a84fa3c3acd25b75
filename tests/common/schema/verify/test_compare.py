"""The comparison itself, on small catalogues: what mutations of the house do not reach."""

from dataclasses import replace

import pytest

from common.schema.verify import ddl
from common.schema.verify.catalogue import Catalogue, Column, Exclusion, Function, Part, Rule, Table, Trigger
from common.schema.verify.compare import compare
from common.schema.verify.expressions import made_on

ID = Column(name="id", type="integer", comment="Key.")
PLAIN = Column(name="plain", type="text", null=True)
ITEMS = Table(name="shop.items", columns={"id": ID, "plain": PLAIN})


def of(*tables: Table, functions: tuple[Function, ...] = ()) -> Catalogue:
    return Catalogue(
        schemas=frozenset({"shop"}),
        tables={table.name: table for table in tables},
        functions={function.name: function for function in functions},
    )


def function(name: str) -> Function:
    return Function(name=name, returns="integer", language="sql", body=("SELECT 1",), definition="CREATE …")


def said(expected: Catalogue, found: Catalogue) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(finding.kind, finding.name, finding.run) for finding in compare(expected, found)]


def test_equal_catalogues_have_no_findings():
    assert compare(of(ITEMS), of(ITEMS)) == []


def test_a_column_without_comment_is_never_taken_for_another():
    other = replace(PLAIN, name="other")
    found = replace(ITEMS, columns={"id": ID, "other": other})
    assert said(of(ITEMS), of(found)) == [
        ("column extra", "other", ('ALTER TABLE "shop"."items" DROP COLUMN "other";',)),
        ("column missing", "plain", ('ALTER TABLE "shop"."items" ADD COLUMN "plain" text;',)),
    ]


def test_a_column_of_the_same_content_was_renamed():
    found = replace(ITEMS, columns={"key": replace(ID, name="key"), "plain": PLAIN})
    assert said(of(ITEMS), of(found)) == [
        ("column name", "id", ('ALTER TABLE "shop"."items" RENAME COLUMN "key" TO "id";',))
    ]


def test_tables_that_share_neither_name_nor_schema_are_two():
    found = replace(ITEMS, name="depot.things")
    assert [kind for kind, _name, _run in said(of(ITEMS), of(found))] == ["table extra", "table missing"]


def test_functions_go_by_their_names_alone():
    expected, found = of(functions=(function("shop.one()"),)), of(functions=(function("shop.two()"),))
    assert [(kind, name) for kind, name, _run in said(expected, found)] == [
        ("function missing", "shop.one()"),
        ("function extra", "shop.two()"),
    ]


def test_a_disabled_rule_is_enabled_again():
    rule = Rule(name="quiet", definition="CREATE RULE quiet …")
    expected = replace(ITEMS, rules={"quiet": rule})
    found = replace(ITEMS, rules={"quiet": replace(rule, enabled="disabled")})
    assert said(of(expected), of(found)) == [
        ("rule enabled", "quiet", ('ALTER TABLE "shop"."items" ENABLE RULE "quiet";',))
    ]


@pytest.mark.parametrize(
    ("part", "statements"),
    [
        (
            Trigger(
                name="t", fires="AFTER INSERT", action="FOR EACH ROW EXECUTE FUNCTION f()", enabled="always"
            ),
            (
                'CREATE OR REPLACE TRIGGER "t" AFTER INSERT ON "a"."b" FOR EACH ROW EXECUTE FUNCTION f();',
                'ALTER TABLE "a"."b" ENABLE ALWAYS TRIGGER "t";',
            ),
        ),
        (Rule(name="r", definition="CREATE RULE r …;"), ("CREATE RULE r …;",)),
        (
            Exclusion(name="x", definition="EXCLUDE USING btree (id WITH =)"),
            ('ALTER TABLE "a"."b" ADD CONSTRAINT "x" EXCLUDE USING btree (id WITH =);',),
        ),
    ],
    ids=lambda value: value.kind if isinstance(value, Part) else "",
)
def test_what_the_house_has_none_of_is_made_too(part: Part, statements: tuple[str, ...]):
    assert ddl.create("a.b", part) == statements


def test_a_table_without_comments_is_made_without_them():
    bare = replace(ITEMS, columns={"plain": PLAIN}, options=("fillfactor=50",))
    assert ddl.create_table(bare) == ('CREATE TABLE "shop"."items" ("plain" text) WITH (fillfactor=50);',)


def test_only_what_holds_expressions_is_parsed_again():
    with pytest.raises(TypeError):
        made_on("a.b", Exclusion(name="x", definition="…"))

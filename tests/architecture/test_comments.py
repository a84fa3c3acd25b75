"""Every table and column says what it holds: in the model, in the admin, in PostgreSQL's catalogue."""

import re

import pytest
from django.db import connection

from tests.architecture.house import house_models

MODELS = house_models()
each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)

MARKUP = re.compile(r"[`*<]")
RULE = re.compile(r"\b[A-Z]{1,3}-\d{1,2}\b")
"""A rule of the specification such as BK-3: it tells staff nothing, so only tables may cite one."""

CATALOGUE = """
SELECT relnamespace::regnamespace || '.' || relname, attname,
       CASE WHEN attname IS NULL THEN obj_description(c.oid, 'pg_class')
            ELSE col_description(c.oid, attnum) END
  FROM pg_class c
  CROSS JOIN LATERAL (
      SELECT NULL AS attname, NULL::int2 AS attnum
      UNION ALL
      SELECT attname, attnum FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped
  ) AS named
 WHERE relkind IN ('r', 'p') AND relnamespace::regnamespace::text = ANY(%s)
"""


def _table(model):
    return model._meta.db_table.replace('"', "")


@each_model
def test_every_column_has_a_help_text_that_is_its_comment(model):
    silent = [field.name for field in model._meta.local_fields if not field.help_text]
    assert silent == []
    differing = [f.name for f in model._meta.local_fields if f.db_comment != str(f.help_text)]
    assert differing == []


@each_model
def test_every_table_has_the_first_paragraph_of_its_docstring_as_comment(model):
    assert model.__doc__ is not None
    paragraph = " ".join(model.__doc__.strip().partition("\n\n")[0].split())
    # Django writes a signature where a class has no docstring of its own.
    assert not paragraph.startswith(f"{model.__name__}(")
    assert model._meta.db_table_comment == paragraph


@each_model
def test_comments_are_sentences_for_people(model):
    comments = {field.name: field.db_comment or "" for field in model._meta.local_fields}
    odd = {
        name: comment
        for name, comment in {**comments, "": model._meta.db_table_comment or ""}.items()
        if not comment.endswith(".") or comment != " ".join(comment.split()) or MARKUP.search(comment)
    }
    assert odd == {}
    idle = {
        name: comment
        for name, comment in comments.items()
        if RULE.search(comment) or comment.strip(".").lower() == name.replace("_", " ")
    }
    assert idle == {}


@pytest.mark.django_db
def test_the_catalogue_says_what_the_models_say():
    schemas = sorted({_table(model).partition(".")[0] for model in MODELS})
    with connection.cursor() as cursor:
        cursor.execute(CATALOGUE, [schemas])
        catalogue = {(table, column): comment for table, column, comment in cursor.fetchall()}
    models = {(_table(model), None): model._meta.db_table_comment for model in MODELS}
    for model in MODELS:
        models |= {(_table(model), field.column): field.db_comment for field in model._meta.local_fields}
    assert catalogue == models

"""The engine behind a transaction-mode pooler: no two transactions meet the same backend."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from common.db.locks import advisory_xact_locks
from tests.common.db import pooler
from tests.engine_app.models import DepotItem, Kind, ShopItem

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pooled() -> Iterator[pooler.Pooler]:
    """Send the default connection through the pooler; whatever it is configured with."""
    connection.ensure_connection()
    info = connection.connection.info
    host, port, user = info.host, info.port, info.user
    if not host.startswith("/"):
        pytest.skip("the pooler of this test speaks through unix sockets")
    settings_before = dict(connection.settings_dict)
    options = {**settings_before["OPTIONS"], "sslmode": "disable", "gssencmode": "disable"}
    with (
        tempfile.TemporaryDirectory() as folder,
        pooler.running(f"{host}/.s.PGSQL.{port}", Path(folder)) as running,
    ):
        connection.close()
        connection.settings_dict.update(
            EMBEDDED_DIR=None,
            HOST=folder,
            PORT="",
            USER=user,
            OPTIONS=options,
            DISABLE_SERVER_SIDE_CURSORS=True,
        )
        try:
            yield running
        finally:
            connection.close()
            connection.settings_dict.clear()
            connection.settings_dict.update(settings_before)


def backends(count: int) -> list[tuple[int, int, str]]:
    """Return process id, things left behind and lock_timeout of the backends that answer in turn."""
    answers = []
    for _ in range(count):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_backend_pid(), (SELECT count(*) FROM pg_prepared_statements) "
                "+ (SELECT count(*) FROM pg_cursors WHERE name LIKE '_django%%') "
                "+ (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()), "
                "current_setting('lock_timeout')"
            )
            answers.append(cursor.fetchone())
    return answers


def test_the_orm_leaves_nothing_on_a_backend(pooled: pooler.Pooler) -> None:
    kind = Kind.objects.create(name="a")
    DepotItem.objects.bulk_create([DepotItem(kind=kind, code=f"c{n}", amount=n) for n in range(5)])
    with transaction.atomic():
        advisory_xact_locks([1, 2])
        item = DepotItem.objects.select_for_update(of=("self",)).select_related("kind").get(code="c1")
        shop_item = ShopItem.objects.create(depot_item=item, code="s")
        with transaction.atomic():
            shop_item.replaced_by = shop_item
            shop_item.save()
    for _ in range(10):
        assert [found.code for found in DepotItem.objects.order_by("code").iterator(chunk_size=2)] == [
            f"c{n}" for n in range(5)
        ]
    assert kind.depot_items.filter(shop_items__isnull=True).delete()[0] == 4
    answers = backends(4)
    assert len({pid for pid, _, _ in answers}) == 2
    assert {(left, timeout) for _, left, timeout in answers} == {(0, "0")}
    assert pooled.transactions >= 10


def test_migrations_need_no_session(pooled: pooler.Pooler) -> None:
    try:
        call_command("migrate", "engine_app", "zero", verbosity=0)
    finally:
        call_command("migrate", "engine_app", verbosity=0)
    call_command("flush", interactive=False, verbosity=0)
    assert Kind.objects.create(name="a").pk == 1

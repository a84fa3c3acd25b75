"""Indexes and constraints stand where their table is made, unless the table grew in between."""

from django.db import migrations, models
from django.db.migrations.graph import MigrationGraph
from django.db.migrations.questioner import MigrationQuestioner
from django.db.migrations.state import ModelState, ProjectState

from common.db.folding import FoldingAutodetector, fold
from common.management.commands import makemigrations, migrate

TABLE = migrations.CreateModel(
    "Lamp", [("id", models.BigAutoField(primary_key=True)), ("watt", models.IntegerField())]
)
OTHER = migrations.CreateModel("Socket", [("id", models.BigAutoField(primary_key=True))])
INDEX = models.Index(fields=["watt"], name="ix_watt")
CHECK = models.CheckConstraint(condition=models.Q(watt__gt=0), name="ck_watt")
ADD_INDEX, ADD_CHECK = migrations.AddIndex("lamp", INDEX), migrations.AddConstraint("lamp", CHECK)


def test_parts_move_into_their_table():
    table, other = fold([TABLE, OTHER, ADD_INDEX, ADD_CHECK])
    assert (table.name, table.fields) == (TABLE.name, TABLE.fields)
    assert table.options == {"indexes": [INDEX], "constraints": [CHECK]}
    assert other is OTHER
    assert TABLE.options == {}


def test_parts_of_older_tables_and_of_grown_ones_stay():
    grow = migrations.AddField("lamp", "socket", models.IntegerField(default=0))
    for operations in ([ADD_INDEX, OTHER], [TABLE, grow, ADD_INDEX, ADD_CHECK]):
        assert fold(operations) == operations


def test_both_commands_fold():
    assert makemigrations.Command.autodetector is migrate.Command.autodetector is FoldingAutodetector


def test_what_the_autodetector_finds_is_folded():
    """Django would add both parts behind the socket, which points to the lamp."""
    to_lamp = models.ForeignKey("house.Lamp", models.CASCADE)
    wanted = ProjectState()
    wanted.add_model(ModelState("house", "Lamp", TABLE.fields, {"indexes": [INDEX], "constraints": [CHECK]}))
    wanted.add_model(ModelState("house", "Socket", [*OTHER.fields, ("lamp", to_lamp)]))
    autodetector = FoldingAutodetector(ProjectState(), wanted, MigrationQuestioner(specified_apps={"house"}))
    found = autodetector.changes(MigrationGraph())
    (migration,) = found["house"]
    assert [(type(made), made.name) for made in migration.operations] == [
        (migrations.CreateModel, "Lamp"),
        (migrations.CreateModel, "Socket"),
    ]
    assert migration.operations[0].options == {"indexes": [INDEX], "constraints": [CHECK]}

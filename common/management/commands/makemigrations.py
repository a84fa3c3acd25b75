"""Django's command; a new table is written with its indexes and constraints, see `common.db.folding`."""

from django.core.management.commands import makemigrations

from common.db.folding import FoldingAutodetector


class Command(makemigrations.Command):
    autodetector = FoldingAutodetector

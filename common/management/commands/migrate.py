"""Django's command, with the autodetector that `makemigrations` has: a system check wants them alike."""

from django.core.management.commands import migrate

from common.db.folding import FoldingAutodetector


class Command(migrate.Command):
    autodetector = FoldingAutodetector

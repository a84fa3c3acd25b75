from typing import Any

from django.core.management.base import CommandError, CommandParser

from common.actors import SystemActor
from common.crypto.normalize import normalize_email
from common.management.base import HouseCommand
from identity.selectors.users import find_user
from identity.services.account_states import unlock_user


class Command(HouseCommand):
    help = "Forget failed log-ins, lock and lock level of an account (AU-5)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        user = find_user(normalize_email(options["email"]))
        if user is None:
            raise CommandError("There is no account with this e-mail.")
        with self.unit():
            unlock_user(user=user, by=SystemActor("unlock_user"))
        self.report({"unlocked": str(user.pk)})

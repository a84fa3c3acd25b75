from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from common.actors import SystemActor
from common.crypto.normalize import normalize_email
from common.management.base import HouseCommand
from identity.selectors.users import find_user
from identity.services.mfa import reset_mfa


class Command(HouseCommand):
    help = "Take the second factor of an account away and log it out everywhere (AU-9)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        user = find_user(normalize_email(options["email"]))
        if user is None:
            raise CommandError("There is no account with this e-mail.")
        with self.unit():
            reset_mfa(user=user, by=SystemActor("reset_mfa"), at=timezone.now())
        self.report({"reset": str(user.pk)})

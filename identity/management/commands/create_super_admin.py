import getpass
import os
import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from common.actors import SystemActor
from common.management.base import HouseCommand
from identity.enums import UserRole
from identity.services.accounts import create_user
from identity.services.reference_data import load_roles

PASSWORD_VARIABLE = "SUPER_ADMIN_PASSWORD"  # noqa: S105 -- the name of a variable


class Command(HouseCommand):
    help = (
        "Create a super_admin. The password is asked for on a terminal, else read from the environment "
        f"({PASSWORD_VARIABLE}) or from the first line of standard input; never from the command line."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", default="", help="full name")

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        password = self.read_password()
        with self.unit():
            load_roles()
            user = create_user(
                email=options["email"],
                role=UserRole.SUPER_ADMIN,
                password=password,
                full_name=options["name"],
                by=SystemActor("create_super_admin"),
                at=timezone.now(),
            )
        self.report({"created": str(user.pk)})

    def read_password(self) -> str:
        """Return the password from where it is; a missing one is the operator's mistake."""
        password = os.environ.get(PASSWORD_VARIABLE) or self.ask()
        if not password:
            raise CommandError("No password was given.")
        return password

    def ask(self) -> str:
        """Ask twice on a terminal, else read a line."""
        if not sys.stdin.isatty():
            return sys.stdin.readline().rstrip("\n")
        password = getpass.getpass("Password: ")
        if getpass.getpass("Again: ") != password:
            raise CommandError("The passwords differ.")
        return password

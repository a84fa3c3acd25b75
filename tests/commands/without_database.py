"""A program of its own: calls every command where no database answers, and prints how each ended.

Calls come as JSON on standard input, label → arguments; out goes label → exit code, or the words of an
accident.
"""

import contextlib
import io
import json
import sys


def main() -> None:
    from django.core.management import execute_from_command_line

    codes: dict[str, object] = {}
    for label, arguments in json.load(sys.stdin).items():
        silence = io.StringIO()
        try:
            with contextlib.redirect_stdout(silence), contextlib.redirect_stderr(silence):
                execute_from_command_line(["manage.py", *arguments])
            codes[label] = 0
        except SystemExit as end:
            codes[label] = end.code
        except Exception as accident:  # noqa: BLE001 -- the very thing that is looked for
            codes[label] = f"{type(accident).__name__}: {accident}"
    print(json.dumps(codes))  # noqa: T201 -- the answer


if __name__ == "__main__":
    main()

"""What texts and settings of campaigns may look like, without a query."""

import json
import re
from typing import Any

NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
"""The one character that a jsonb column refuses, as JSON spells it."""
VARIABLE = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")


def variables_of(content: str) -> list[str]:
    """Return the names of the variables of a text (`{{name}}`), each once, in their order (N-10)."""
    return list(dict.fromkeys(VARIABLE.findall(content)))


def json_object(value: Any) -> dict[str, Any]:
    """Return a JSON object that PostgreSQL can hold, {} for nothing; raises ValueError for anything else."""
    if not isinstance(value or {}, dict):
        raise ValueError("Give an object in curly brackets.")  # noqa: TRY004 -- one kind of refusal for the form
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
        text.encode()
    except ValueError:
        raise ValueError("It holds a number or a character that cannot be kept.") from None
    if NUL.search(text):
        raise ValueError("It holds a character that cannot be kept.")
    return value or {}

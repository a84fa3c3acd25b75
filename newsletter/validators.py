"""What a text for many people may look like, without a query."""

import re

VARIABLE = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")


def variables_of(content: str) -> list[str]:
    """Return the names of the variables of a text (`{{name}}`), each once, in their order (N-10)."""
    return list(dict.fromkeys(VARIABLE.findall(content)))

"""Names of payers and hosts, compared as banks and people spell them; pure."""

import re
import unicodedata

from rapidfuzz.distance import DamerauLevenshtein

WORD = re.compile(r"[a-z0-9]+")
TITLES = frozenset({"mr", "mrs", "ms", "dr", "jr", "sr", "ii", "iii"})
LONG_ENOUGH = 5
"""Shorter words differ from other names by one letter too often."""


def name_tokens(name: str) -> tuple[str, ...]:
    """Return the words of a name in lower case without accents, punctuation, titles and middle initials."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ß", "ss"))
    letters = "".join(char for char in plain if not unicodedata.combining(char)).replace("'", "")
    words = [word for word in WORD.findall(letters) if word not in TITLES]
    if len(words) > 2:  # noqa: PLR2004 -- first and last name stay, be they initials
        words = [words[0], *(word for word in words[1:-1] if len(word) > 1), words[-1]]
    return tuple(words)


def same_word(one: str, other: str) -> bool:
    """Tell whether two words are equal, long ones up to one slip of the keyboard."""
    if one == other:
        return True
    if min(len(one), len(other)) < LONG_ENOUGH:
        return False
    return DamerauLevenshtein.distance(one, other, score_cutoff=1) <= 1


def same_full_name(payer: tuple[str, ...], host: tuple[str, ...]) -> bool:
    """Tell whether two names have equal words, in any order: banks put the surname first."""
    return bool(payer) and len(host) > 1 and sorted(payer) == sorted(host)


def same_surname_and_initial(payer: tuple[str, ...], host: tuple[str, ...]) -> bool:
    """Tell whether surname and first letter agree, the surname first or last."""
    if len(payer) < 2 or len(host) < 2:  # noqa: PLR2004 -- a first and a last name
        return False
    first, last = host[0], host[-1]
    return any(
        same_word(surname, last) and given[0] == first[0]
        for given, surname in ((payer[0], payer[-1]), (payer[-1], payer[0]))
    )


def shares_a_word(payer: tuple[str, ...], host: tuple[str, ...]) -> bool:
    """Tell whether one word of the names, initials aside, agrees."""
    return any(same_word(one, other) for one in payer for other in host if min(len(one), len(other)) > 1)

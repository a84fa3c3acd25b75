from common.exceptions import DomainError


def in_words(refusal: DomainError) -> str:
    """Return what to tell somebody whose log-in was refused."""
    if seconds := refusal.headers.get("Retry-After"):
        return f"{refusal.detail}: wait {-(-int(seconds) // 60)} minutes."
    if (left := refusal.extra.get("attempts_left")) is not None:
        return f"{refusal.detail}. {left} more attempts before the account is locked."
    return f"{refusal.detail}."

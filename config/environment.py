"""Settings come from the environment; a demo machine makes its own secrets once and keeps them in VAR_DIR.

`python -m config.environment` writes the demo file; production never reads it.
"""

import base64
import os
import secrets
from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent
DEMO_FILE = "demo.env"


def var_dir() -> Path:
    """Return the directory of everything the machine writes: embedded database, outbox, demo secrets."""
    return Path(os.environ.get("VAR_DIR") or BASE_DIR / "var").resolve()


def new_key(key_id: str) -> str:
    """Return a fresh 256-bit key as `id:base64`, the shape of the key rings."""
    return f"{key_id}:{base64.b64encode(secrets.token_bytes(32)).decode('ascii')}"


def demo_secrets() -> dict[str, str]:
    """Return one fresh value for every secret that the settings ask for."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "JWT_ACCESS_SECRET": secrets.token_urlsafe(48),
        "JWT_REFRESH_SECRET": secrets.token_urlsafe(48),
        "FIELD_ENCRYPTION_KEYS": new_key("k1"),
        "BLIND_INDEX_KEYS": new_key("i1"),
    }


def ensure_demo_file(directory: Path) -> Path:
    """Write the demo secrets unless the file exists; readable by its owner alone."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / DEMO_FILE
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in demo_secrets().items())
    return path


def load_env() -> environ.Env:
    """Return the environment, filled up from `.env` and, outside production, from the demo file."""
    env = environ.Env()
    env_file = BASE_DIR / ".env"
    if env_file.is_file():
        env.read_env(env_file)
    demo_file = var_dir() / DEMO_FILE
    if os.environ.get("ENVIRONMENT", "demo") != "production" and demo_file.is_file():
        env.read_env(demo_file)
    return env


if __name__ == "__main__":
    ensure_demo_file(var_dir())

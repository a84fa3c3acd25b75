"""Log lines: one JSON object each on standard error, with the request id and without personal data (P-4).

Messages of exceptions may quote rows and values, so a trace names kinds of exceptions and places in the code.
 Django's own request loggers quote paths with tokens in them and are silent; `common.middleware` logs
instead.
"""

import logging
import logging.config
import traceback
from collections.abc import Mapping
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict, WrappedLogger

from common import context

TALKATIVE = ("procrastinate",)
"""Libraries that tell of every step; their warnings are enough."""
SILENT = ("django.request", "django.server", "django.security.DisallowedHost")


def add_request_id(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Add the running request's id."""
    request_id = context.request_id()
    if request_id:
        event["request_id"] = request_id
    return event


def describe_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace `exc_info` by kinds and places; the messages stay out."""
    info = event.pop("exc_info", None)
    if isinstance(info, tuple):
        info = info[1]
    if isinstance(info, BaseException):
        event["exception"] = trace_of(info)
    return event


def trace_of(exception: BaseException) -> list[dict[str, Any]]:
    """Return the chain of causes, innermost last: kind of exception, `file:line function` of its frames."""
    chain: list[dict[str, Any]] = []
    current: BaseException | None = exception
    while current is not None and len(chain) < 10:  # noqa: PLR2004 -- long chains tell nothing more
        frames = traceback.extract_tb(current.__traceback__)
        chain.append(
            {
                "kind": f"{type(current).__module__}.{type(current).__qualname__}",
                "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-15:]],
            }
        )
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return chain


def render(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """Return the line."""
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z).decode()


PROCESSORS: list[Any] = [
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    add_request_id,
    describe_exception,
]


def configure(options: Mapping[str, Any]) -> None:
    """`LOGGING_CONFIG` of the settings; `LOGGING` is `{"level": "INFO"}`."""
    level = options.get("level", "INFO")
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "json": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": PROCESSORS,
                    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
                    "keep_exc_info": False,
                }
            },
            "handlers": {
                "stderr": {"class": "logging.StreamHandler", "formatter": "json"},
                "none": {"class": "logging.NullHandler"},
            },
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {name: {"handlers": ["none"], "propagate": False} for name in SILENT}
            | {name: {"level": "WARNING"} for name in TALKATIVE},
        }
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *PROCESSORS,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )

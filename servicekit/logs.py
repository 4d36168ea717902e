"""Logs: one JSON object a line on standard output, with the request id; never a body, query or header."""

import contextlib
import logging
import sys
from typing import TextIO, cast

import structlog


class _Dropping:
    """Standard output; a line that cannot be written is dropped, for no request depends on its log.

    ValueError is what a stream says that is closed, or that has no way to write half a surrogate.
    """

    def write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.write(text.encode("utf-8", "backslashreplace").decode())

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()


def configure(service: str, level: str = "INFO") -> None:
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _Dropping())),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(service=service)
    logging.basicConfig(level=max(number, logging.WARNING), stream=sys.stdout, force=True)


log = structlog.get_logger()

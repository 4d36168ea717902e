"""The SMTP side: accepts every message for everybody and keeps it."""

import asyncio

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from practice_mail.store import Store

MESSAGE_BYTES = 2 * 1024 * 1024


class Catcher:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name.
        await asyncio.to_thread(
            self._store.keep, envelope.mail_from or "", envelope.rcpt_tos, envelope.original_content or b""
        )
        return "250 Kept, not delivered"


def start_catcher(store: Store, host: str, port: int) -> Controller:
    """Listens in a thread of its own until the process ends. Raises OSError when the port is taken."""
    controller = Controller(
        Catcher(store), hostname=host, port=port, data_size_limit=MESSAGE_BYTES, ident="practice mail catcher"
    )
    controller.start()
    return controller

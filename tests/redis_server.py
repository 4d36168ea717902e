"""A real Redis (or Valkey) for tests: nothing on disk, on a free port."""

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from tests.processes import Process, free_port, start

TRIES = 200


@dataclass
class RedisServer:
    port: int
    folder: Path
    process: Process | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        program = shutil.which("redis-server") or shutil.which("valkey-server")
        assert program is not None, "there is no redis-server"
        self.process = start(
            [program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            self.folder / "redis.log",
        )
        with Redis(port=self.port, retry=Retry(ConstantBackoff(0.05), TRIES)) as client:
            client.ping()

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()


@contextlib.contextmanager
def a_redis(folder: Path) -> Iterator[RedisServer]:
    server = RedisServer(free_port(), folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()

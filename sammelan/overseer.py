"""supervisord, forked from the process that has imported the programs: it forks them, and forks anew what has died."""

import functools
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from supervisor import supervisord
from supervisor.options import ServerOptions
from supervisor.states import SupervisorStates

from sammelan import child, warm

NAME = "supervisord"
OPENED_FROM = 3
MOST_OPENED = 1024


class Options(ServerOptions):  # type: ignore[misc]  # supervisor has no types.
    """Executes a program as supervisord does, unless it is one that is forked."""

    def __init__(self, forked: frozenset[str]) -> None:
        super().__init__()
        self._forked = forked

    def execve(self, filename: str, argv: Sequence[str], env: Mapping[str, str]) -> None:
        name = env["SUPERVISOR_PROCESS_NAME"]
        if name not in self._forked:
            os.execve(filename, list(argv), env)  # noqa: S606  # As supervisord does it, no shell.
        log, pid_file, command = child.told(argv)
        child.prepare(log, pid_file, name)
        warm.become(command, env)


def become(file: Path, forked: frozenset[str]) -> NoReturn:
    """In a child that was just forked: supervises by this configuration to its end."""
    status = 1
    try:
        child.call_itself(NAME)
        # The lock on the data folder is one of them; programs that outlive it must not hold it.
        os.closerange(OPENED_FROM, MOST_OPENED)
        nothing = os.open(os.devnull, os.O_RDWR)
        # A supervisor that cannot write its own log says so there; on a full disk it would die of that.
        for number in range(OPENED_FROM):
            os.dup2(nothing, number)
        sys.argv = [NAME]
        _supervise(functools.partial(Options, forked), file)
        status = 0
    finally:
        os._exit(status)


def _supervise(make_options: "functools.partial[Options]", file: Path) -> None:
    """As supervisord's own main does it, which names its options itself: told to restart (SIGHUP) it reads afresh."""
    first = True
    while True:
        options = make_options()
        options.realize(["-c", str(file)], doc=supervisord.__doc__)
        options.first, options.test = first, False
        supervisord.go(options)
        options.close_httpservers()
        options.close_logger()
        first = False
        if options.mood < SupervisorStates.RESTARTING:
            return

"""Becomes a program of ours without a new interpreter: what all of them import is imported once, before the fork.

For whoever starts several on one machine. A process of a single thread calls `load(modules)` once; then, for each
program, `os.fork()`, and in the child `become(command, env)` with `python -m MODULE ...` as it would have been
executed, after the child has arranged its own session and files. The pages that nobody writes to stay one for all of
them, and a start takes no import. Not for the gateway: its worker changes the standard library, which only what is
imported later sees.
"""

import contextlib
import gc
import importlib
import os
import runpy
import signal
import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn

from servicekit.serving import metrics

SERVER = ("gunicorn.app.wsgiapp", "servicekit.serving.worker")
# What whoever forked may have done with them is none of a program's business.
SIGNALS = (
    signal.SIGTERM,
    signal.SIGQUIT,
    signal.SIGHUP,
    signal.SIGUSR1,
    signal.SIGUSR2,
    signal.SIGCHLD,
    signal.SIGWINCH,
)


def load(modules: Iterable[str]) -> None:
    """These, and what serves the web. Nothing happens at import, so their order is no matter."""
    for module in (*modules, *SERVER):
        importlib.import_module(module)
    gc.collect()
    # The collector would else write into every object that is shared.
    gc.freeze()


def become(command: Sequence[str], env: Mapping[str, str]) -> NoReturn:
    """In a child that was just forked: is the program from here to its end."""
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for number in SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        os.environ.clear()
        os.environ.update(env)
        metrics.choose_place()
        _python, _m, module, *arguments = command
        sys.argv = [module, *arguments]
        # It runs under the name __main__, and whoever imports it by its own name has another.
        sys.modules.pop(module, None)
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1 if end.code else 0
    except BaseException:  # noqa: BLE001  # As at the top of an interpreter, which this stands for.
        traceback.print_exc()
    finally:
        # Nothing of what stands above this call belongs to the program: it is never returned to.
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(status)

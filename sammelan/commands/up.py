"""sammelan up: everything on this machine, until Ctrl-C."""

import signal
import time
from types import FrameType

import click
from rich.console import Console

from sammelan import counters, house, people, upkeep
from sammelan.sample import seeding
from sammelan.settings import Settings, read_settings
from sammelan.supervisor import Supervisor
from sammelan.watching import Watch


@click.command()
def up() -> None:
    """Start everything, show the address, stop all of it at Ctrl-C."""
    console = Console()
    settings = read_settings()
    try:
        with house.data_folder_to_itself(settings):
            _run(settings, console)
    except house.CannotStart as error:
        raise click.ClickException(str(error)) from error


def _run(settings: Settings, console: Console) -> None:
    house.prepare(settings, console.print)
    signal.signal(signal.SIGTERM, _interrupt)
    began = time.monotonic()
    running = house.start(settings)
    try:
        house.become_operator(settings)
        with console.status("Starting") as status:
            house.wait_for_database(settings, running)
            for step in upkeep.bring_up_to_date(settings.common):
                console.print(f"Brought up to date: {step}")
            house.wait_until_ready(settings, running, lambda names: status.update(f"Waiting for {names}"))
        if settings.sample:
            seeding.seed_where_empty(settings, console)
        people.welcome(settings, console, time.monotonic() - began)
        _wait(settings, running)
    except KeyboardInterrupt:
        console.print("Stopping; the data stays.")
    finally:
        # Whoever is impatient and presses Ctrl-C again must not leave half of it running.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        running.stop()
        counters.remove_folders(settings.run_dir)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _wait(settings: Settings, running: Supervisor) -> None:
    watch = Watch(settings)
    while not running.ended():
        watch.look()
        time.sleep(0.3)
    raise house.CannotStart(f"The supervisor ended. Look at {settings.log_dir / 'supervisor.log'}")

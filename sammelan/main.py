"""The commands by name. A command's module, and the services behind it, load only when it is called."""

import importlib

import click

COMMANDS = {
    "up": "sammelan.commands.up:up",
    "doctor": "sammelan.commands.doctor:doctor",
    "migrate": "sammelan.commands.migrate:migrate",
    "seed": "sammelan.commands.seed:seed",
    "import": "sammelan.commands.import_units:import_",
    "admin": "sammelan.commands.admin:admin",
    "person": "sammelan.commands.person:person",
    "roles": "sammelan.commands.roles:roles",
    "rollup": "sammelan.commands.rollup:rollup",
    "report": "sammelan.commands.report:report",
    "audit": "sammelan.commands.audit:audit",
    "jobs": "sammelan.commands.jobs:jobs",
    "keys": "sammelan.commands.keys:keys",
    "eid": "sammelan.commands.eid:eid",
    "database": "sammelan.commands.database:database",
    "routes": "sammelan.commands.routes:routes",
    "nginx": "sammelan.commands.nginx:nginx",
    "backup": "sammelan.commands.backup:backup",
    "restore": "sammelan.commands.backup:restore",
}


class LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Runs Sammelan on this machine and does the operator's work on it.

    Settings come from the environment; docs/operations.md lists them.
    """

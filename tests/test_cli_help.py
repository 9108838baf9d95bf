"""``--help`` behind any command says, in Vietnamese, what it does and what each option means."""

from collections.abc import Iterator
from unicodedata import combining, normalize

import click
import pytest

from kiosk.cli.main import app


def vietnamese(text: str | None) -> bool:
    return any(letter in "đĐ" or combining(letter) for letter in normalize("NFD", text or ""))


def commands(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for below in command.list_commands(context):
            each = command.get_command(context, below)
            assert each is not None
            yield from commands(f"{name} {below}", each)


@pytest.mark.parametrize(
    ("name", "command"), [pytest.param(*each, id=each[0]) for each in commands("kiosk", app)]
)
def test_every_command_and_option_is_explained(name: str, command: click.Command) -> None:
    assert vietnamese(command.help)
    for option in command.params:
        if isinstance(option, click.Option):
            assert vietnamese(option.help), f"{name} {option.opts[0]}"


@pytest.mark.parametrize(
    ("name", "command"), [pytest.param(*each, id=each[0]) for each in commands("kiosk", app)]
)
def test_every_command_that_does_something_takes_json(name: str, command: click.Command) -> None:
    if isinstance(command, click.Group) and not command.invoke_without_command:
        return
    assert "json_" in {parameter.name for parameter in command.params}


def test_commands_are_called_by_the_names_they_say() -> None:
    for name, command in commands("kiosk", app):
        assert name.split()[-1] == (command.name or "") or name == "kiosk"

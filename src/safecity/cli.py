"""The command line: one short function a subcommand; each calls one verb.

Imports are late, so that `safecity --help` is quick. Every setting of the table is a flag of every command.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from safecity import footage_cli
from safecity.settings import Settings

if TYPE_CHECKING:
    from safecity.base import Actor, Node

    # argparse has no public name for what add_subparsers gives.
    Group = argparse._SubParsersAction[argparse.ArgumentParser]  # pyright: ignore[reportPrivateUsage]

T = TypeVar("T")
Command = Callable[[argparse.Namespace], int]

PROCESSES = {
    "control": "The control process of a node; started by serve.",
    "recorder": "A recorder process; started by serve.",
    "eye": "A process that watches, masks and encodes; started by serve.",
    "city-cameras": "The demo city's cameras; started by demo.",
    "city-people": "The demo city's people; started by demo.",
}


def run(argv: Sequence[str]) -> int:
    """Parses and runs a command line; returns its exit code. Errors are one sentence on standard error."""
    top = parser()
    arguments = top.parse_args(argv)
    if "command" not in arguments:
        top.print_help()
        return 0
    from safecity.base import SafeCityError

    try:
        return arguments.command(arguments)
    except SafeCityError as error:
        print(f"safecity: {error.sentence}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        print(
            f"safecity: {error.strerror or error}: {error.filename or 'the system refused'}.", file=sys.stderr
        )
        return 1
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="safecity", description="An open platform on which a city runs its public safety."
    )
    commands = top.add_subparsers(title="commands", metavar="COMMAND")

    def add(name: str, command: Command, words: str, within: Group = commands) -> argparse.ArgumentParser:
        sub = within.add_parser(name, help=words, description=words)
        sub.set_defaults(command=command)
        _add_settings(sub, shown=name in {"serve", "demo"})
        return sub

    def group(name: str, words: str) -> Group:
        return commands.add_parser(name, help=words, description=words).add_subparsers(
            title="commands", metavar="COMMAND", required=True
        )

    add("serve", serve, "run a node: control room, recorders and eyes")
    sub = add("demo", demo, "run the demo city, with one sign-in link a role")
    sub.add_argument("--headless", action="store_true", help="simulated people do their part; then a summary")
    sub.add_argument("--seconds", type=float, default=60.0, help="how long a headless city lives (60)")
    sub.add_argument("--json", action="store_true", help="the summary as JSON")
    _add_fleet(add)
    add("settings", show_settings, "every setting, its value and where that came from")
    _add_cameras(add, group("cameras", "the cameras' register"))
    _add_people(add, group("people", "members of staff"))
    _add_bureaus(add, group("bureaus", "bureaus and their ground"), group("units", "units and their crews"))
    log = group("log", "the tamper-evident log")
    sub = add("verify", verify_log, "walk the whole log; name the first entry that does not fit", log)
    sub.add_argument("--checkpoint", type=Path, metavar="FILE", help="a checkpoint that was kept elsewhere")
    add("key", show_log_key, "the public key that signs the log", log)
    footage_cli.add_to(group("footage", "what was recorded"), add, settings_of)
    evidence = group("evidence", "what is kept for a court")
    sub = add("check", check_evidence, "check an exported file: nothing missing, added or changed", evidence)
    sub.add_argument("file", type=Path)
    sub.add_argument("--key", metavar="KEY", help="the log's public key, as `safecity log key` prints it")
    for name, words in PROCESSES.items():
        sub = commands.add_parser(name, description=words)
        sub.set_defaults(command=run_process, process=name)
        _add_settings(sub, shown=False)
        sub.add_argument("number", type=int, nargs="?", default=0)
        sub.add_argument(
            "--parent", type=int, required=True, help="process id of the parent, with which it ends"
        )
    return top


def _add_settings(sub: argparse.ArgumentParser, *, shown: bool) -> None:
    group = sub.add_argument_group("settings")
    group.add_argument(
        "--settings", type=Path, metavar="FILE", help="a TOML file with settings (safecity.toml)"
    )
    for row in fields(Settings):
        words = row.metadata["help"].replace("%", "%%") if shown or row.name == "data" else argparse.SUPPRESS
        group.add_argument(
            f"--{row.name.replace('_', '-')}", metavar="VALUE", help=words, dest=f"setting_{row.name}"
        )


def _add_fleet(add: Callable[..., argparse.ArgumentParser]) -> None:
    sub = add("fleet", fleet, "pretend cameras with faults by script; print their addresses, then the truth")
    sub.add_argument("--cameras", type=int, default=9, help="how many (9)")
    sub.add_argument("--script", type=Path, metavar="FILE", help="faults, as TOML or JSON")
    sub.add_argument("--first-port", type=int, default=0, help="others follow (free ports)")
    sub.add_argument("--seconds", type=float, help="for how long (until it is told to end)")
    sub.add_argument("--bureau", default="", help="code of the bureau that the addresses name")
    sub.add_argument("--json", action="store_true", help="two lines of JSON instead of CSV and a table")


def _add_cameras(add: Callable[..., argparse.ArgumentParser], cameras: Group) -> None:
    sub = add("add", add_camera, "add a camera by name and address", cameras)
    sub.add_argument("name")
    sub.add_argument("url", help="rtsp://user:password@host/path")
    sub.add_argument("--place", default="", help="latitude,longitude in degrees (the middle of the map)")
    sub.add_argument("--bureau", default="", help="code of the bureau that answers for it")
    sub.add_argument("--bearing", type=float, default=0.0, help="degrees clockwise from north (0)")
    sub.add_argument("--controller", default="", help="who answers for it before the law (the city)")
    add("list", list_cameras, "cameras and their health", cameras)
    sub = add("import", import_cameras, "add and change cameras from a CSV file", cameras)
    sub.add_argument("file", type=Path)
    for name, words in (
        ("remove", "remove a camera from the register; its footage stays"),
        ("retake-plate", "learn a camera's empty scene anew, while nobody is in the picture"),
    ):
        sub = add(name, treat_camera, words, cameras)
        sub.add_argument("name")
        sub.set_defaults(what=name)


def _add_people(add: Callable[..., argparse.ArgumentParser], people: Group) -> None:
    sub = add("add", add_person, "add a member of staff; prints a one-time sign-in link", people)
    sub.add_argument("name")
    sub.add_argument("sign_in", metavar="SIGN-IN", help="name to sign in by")
    sub.add_argument(
        "--role", action="append", required=True, help="operator, desk, officer, auditor, administrator"
    )
    sub.add_argument("--bureau", help="code of their bureau")
    add("list", list_people, "members of staff", people)
    sub = add("link", link_person, "a new one-time sign-in link for someone", people)
    sub.add_argument("sign_in", metavar="SIGN-IN")


def _add_bureaus(add: Callable[..., argparse.ArgumentParser], bureaus: Group, units: Group) -> None:
    sub = add(
        "import", import_bureaus, "add and change bureaus from GeoJSON polygons with code and name", bureaus
    )
    sub.add_argument("file", type=Path)
    sub = add("add", add_unit, "add a unit", units)
    sub.add_argument("call_sign", metavar="CALL-SIGN")
    sub.add_argument("bureau", help="code of its bureau")
    sub.add_argument("--kind", default="car", help="car, foot, motorcycle or ambulance (car)")
    sub.add_argument("--crew", action="append", default=[], metavar="SIGN-IN", help="an officer of its crew")


def settings_of(arguments: argparse.Namespace) -> Settings:
    """The settings in force for a command line."""
    from safecity.settings import load_settings

    return load_settings(_flags(arguments), None, arguments.settings)[0]


def _flags(arguments: argparse.Namespace) -> dict[str, str]:
    given: dict[str, object] = vars(arguments)
    return {
        name.removeprefix("setting_"): str(value)
        for name, value in given.items()
        if name.startswith("setting_") and value is not None
    }


def _on_node(arguments: argparse.Namespace, work: Callable[[Node, Actor], Awaitable[T]]) -> T:
    """Runs a verb on this machine's node, as whoever is at its shell."""
    from safecity.shell import at_shell

    return _wait_for(at_shell(settings_of(arguments), work))


def _wait_for(work: Coroutine[Any, Any, T]) -> T:
    import asyncio

    return asyncio.run(work)


def serve(arguments: argparse.Namespace) -> int:
    """Runs a node until it is told to end."""
    from safecity.serve import serve

    return _wait_for(serve(settings_of(arguments)))


def demo(arguments: argparse.Namespace) -> int:
    """Runs the demo city."""
    from safecity.demo import run_city

    return run_city(
        _flags(arguments),
        arguments.settings,
        headless=arguments.headless,
        seconds=arguments.seconds,
        json=arguments.json,
    )


def fleet(arguments: argparse.Namespace) -> int:
    """Pretends a fleet of cameras."""
    from safecity.simulator.fleet import run_fleet

    given: dict[str, Any] = {name: getattr(arguments, name) for name in ("first_port", "seconds", "bureau")}
    return run_fleet(arguments.cameras, arguments.script, **given, as_lines=arguments.json, say=print)


def run_process(arguments: argparse.Namespace) -> int:
    """One of a node's own processes."""
    if arguments.process.startswith("city-"):
        from safecity.demo import run_city_process

        return run_city_process(arguments.process, arguments.parent, settings_of(arguments))
    from safecity.serve import run_process

    return run_process(arguments.process, arguments.number, arguments.parent, settings_of(arguments))


def show_settings(arguments: argparse.Namespace) -> int:
    """Prints the table of settings."""
    from rich.console import Console
    from rich.table import Table

    from safecity.settings import load_settings

    table = Table("Setting", "Value", "From", "What it is", box=None, header_style="bold", pad_edge=False)
    for each in load_settings(_flags(arguments), None, arguments.settings)[1]:
        table.add_row(each.name, str(each.value), each.source, each.words)
    Console().print(table)
    return 0


def add_camera(arguments: argparse.Namespace) -> int:
    """Adds one camera."""
    from safecity.shell import add_camera

    settings = settings_of(arguments)
    camera = _on_node(
        arguments,
        lambda node, by: add_camera(
            node, by, settings, name=arguments.name, url=arguments.url, place=arguments.place,
            bureau=arguments.bureau, bearing_deg=arguments.bearing, controller=arguments.controller,
        ),
    )  # fmt: skip
    print(f"{camera.name} is camera {camera.id} of bureau {camera.bureau}.")
    return 0


def list_cameras(arguments: argparse.Namespace) -> int:
    """Prints every camera with its health and the reason."""
    from safecity import cameras

    async def work(node: Node, _: Actor) -> int:
        health = await cameras.health(node)
        for each in await cameras.cameras(node):
            state = health.get(each.id)
            words = f"{state.state}\t{state.reason}" if state else "not yet called\t"
            print(f"{each.name}\t{cameras.hide_password(each.url)}\t{words}")
        return 0

    return _on_node(arguments, work)


def import_cameras(arguments: argparse.Namespace) -> int:
    """Adds and changes cameras from a CSV file; says which lines were refused and why."""
    from safecity import cameras

    content = arguments.file.read_bytes()
    result = _on_node(arguments, lambda node, by: cameras.import_csv(node, by, content))
    print(f"{result.added} added, {result.changed} changed, {len(result.refused)} refused.")
    for each in result.refused:
        print(f"line {each.line}: {each.error}", file=sys.stderr)
    return 2 if result.refused else 0


def treat_camera(arguments: argparse.Namespace) -> int:
    """Does to a camera, found by its name, what the command says."""
    from safecity.shell import treat_camera

    _on_node(arguments, lambda node, by: treat_camera(node, by, arguments.name, arguments.what))
    return 0


def import_bureaus(arguments: argparse.Namespace) -> int:
    """Adds and changes bureaus from a GeoJSON file."""
    from safecity.shell import import_bureaus

    content = arguments.file.read_bytes()
    print(f"{_on_node(arguments, lambda node, by: import_bureaus(node, by, content))} bureaus.")
    return 0


def add_unit(arguments: argparse.Namespace) -> int:
    """Adds a unit with its crew."""
    from safecity.shell import add_unit

    unit = _on_node(
        arguments,
        lambda node, by: add_unit(
            node,
            by,
            call_sign=arguments.call_sign,
            kind=arguments.kind,
            bureau=arguments.bureau,
            crew=arguments.crew,
        ),
    )
    print(f"{unit.call_sign} is unit {unit.number} of bureau {unit.bureau}.")
    return 0


def add_person(arguments: argparse.Namespace) -> int:
    """Adds a member of staff and prints their first sign-in link."""
    from safecity import access

    async def work(node: Node, by: Actor) -> str:
        person = await access.add_person(
            node,
            by,
            name=arguments.name,
            sign_in=arguments.sign_in,
            roles=arguments.role,
            bureau=arguments.bureau,
        )
        return await access.issue_link(node, by, person.id)

    return _print_link(arguments, _on_node(arguments, work))


def list_people(arguments: argparse.Namespace) -> int:
    """Prints every member of staff."""
    from safecity import access

    for each in _on_node(arguments, lambda node, _: access.people(node)):
        print(f"{each.sign_in}\t{each.name}\t{', '.join(sorted(each.roles))}\t{each.bureau or ''}")
    return 0


def link_person(arguments: argparse.Namespace) -> int:
    """Prints a new one-time sign-in link."""
    from safecity.shell import link_for

    return _print_link(arguments, _on_node(arguments, lambda node, by: link_for(node, by, arguments.sign_in)))


def _print_link(arguments: argparse.Namespace, token: str) -> int:
    from safecity.serve import address

    print(f"{address(settings_of(arguments))}/signin/link/{token}")
    return 0


def verify_log(arguments: argparse.Namespace) -> int:
    """Walks the log; exit code 1 where an entry does not fit."""
    from safecity.shell import verify_log

    kept = arguments.checkpoint.read_text(encoding="utf-8") if arguments.checkpoint else None
    verdict = _wait_for(verify_log(settings_of(arguments), kept))
    print(verdict.sentence)
    return 0 if verdict.ok else 1


def show_log_key(arguments: argparse.Namespace) -> int:
    """Prints the log's public key, as others' tools read it."""
    from safecity.app import log_keys

    print(log_keys(settings_of(arguments)).public.text)
    return 0


def check_evidence(arguments: argparse.Namespace) -> int:
    """Checks an evidence file; exit code 1 where it does not hold."""
    from safecity import evidence

    verdict = evidence.check(arguments.file, arguments.key)
    print(verdict.sentence)
    return 0 if verdict.ok else 1

"""Commands about what was recorded: timelines, completeness, films taken out, and an index made anew.

Imports are late, so that `safecity --help` is quick.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from safecity import export_cli, storage_cli, timeline_cli
from safecity.settings import Settings

if TYPE_CHECKING:
    from safecity.footage import Completeness

    # argparse has no public name for what add_subparsers gives.
    Group = argparse._SubParsersAction[argparse.ArgumentParser]  # pyright: ignore[reportPrivateUsage]

DAY_MS = 86_400_000


def add_to(
    footage: Group,
    add: Callable[..., argparse.ArgumentParser],
    settings_of: Callable[[argparse.Namespace], Settings],
) -> None:
    """Adds the commands to the group `footage` of the command line."""

    def rebuild(arguments: argparse.Namespace) -> int:
        return rebuild_index(settings_of(arguments))

    def tally(arguments: argparse.Namespace) -> int:
        return completeness(settings_of(arguments), arguments)

    def listed(arguments: argparse.Namespace) -> int:
        return timeline_cli.show_timeline(settings_of(arguments), arguments)

    def fetched(arguments: argparse.Namespace) -> int:
        return export_cli.fetch_films(settings_of(arguments), arguments)

    add("rebuild", rebuild, "make the index anew from the files alone (with the node stopped)", footage)
    words = "how much of the time in which cameras could be recorded was recorded, and why the rest was not"
    sub = add("completeness", tally, words, footage)
    sub.add_argument("--camera", metavar="NAME", help="one camera's name or id (all)")
    sub.add_argument(
        "--from", dest="since", metavar="TIME", help="such as 2026-11-22T06:00, city time (a day ago)"
    )
    sub.add_argument("--to", dest="until", metavar="TIME", help="as --from (half a minute ago)")
    sub.add_argument("--json", action="store_true", help="as JSON, times in milliseconds")
    sub = add("timeline", listed, timeline_cli.WORDS, footage)
    timeline_cli.add_arguments(sub)
    sub = add("export", fetched, export_cli.WORDS, footage)
    export_cli.add_arguments(sub)
    storage_cli.add_to(footage, add, settings_of)


def rebuild_index(settings: Settings) -> int:
    """Makes the footage index anew from the files."""
    from safecity.shell import rebuild_index

    print(f"{rebuild_index(settings)} segments listed.")
    return 0


def completeness(settings: Settings, arguments: argparse.Namespace) -> int:
    """Prints how complete footage is, per camera and for the city; exit code 1 where time is unexplained."""
    import asyncio
    import json
    import time

    from safecity import footage
    from safecity.shell import at_shell, tally_footage

    now_ms = time.time_ns() // 1_000_000 - footage.SETTLED_MS
    to_ms = _moment_ms(arguments.until, settings, now_ms)
    from_ms = _moment_ms(arguments.since, settings, to_ms - DAY_MS)
    work = tally_footage(settings, arguments.camera, from_ms, min(to_ms, now_ms))
    found = asyncio.run(at_shell(settings, work))
    city = footage.summed(list(found.values()))
    if arguments.json:
        rows = [{"camera": name, **_body(each)} for name, each in found.items()]
        print(json.dumps({"from_ms": from_ms, "to_ms": to_ms, "city": _body(city), "cameras": rows}))
    else:
        _print_table({**found, "the whole city": city} if len(found) != 1 else found)
    return 1 if city.unexplained_ms else 0


def _print_table(rows: dict[str, Completeness]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("Camera", box=None, header_style="bold", pad_edge=False)
    for title in ("Complete", "Online", "Recorded", "Unexplained"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("Damaged", justify="right", no_wrap=True)
    table.add_column("Lost, and why")
    for name, each in rows.items():
        share = "-" if each.share is None else f"{each.share:.3%}"
        lost = [f"{cause} {_seconds(lost_ms)}" for cause, lost_ms in each.lost_ms.items()]
        if each.brief_ms:
            lost.append(f"holes of less than 2 s {_seconds(each.brief_ms)}")
        spans = (each.online_ms, each.recorded_ms, each.unexplained_ms)
        table.add_row(name, share, *map(_seconds, spans), f"{each.damaged:,}", ", ".join(lost))
    Console().print(table)


def _seconds(span_ms: int) -> str:
    return f"{span_ms / 1000:,.0f} s"


def _body(each: Completeness) -> dict[str, object]:
    return {
        "share": each.share,
        "wanted_share": each.wanted_share,
        "span_ms": each.span_ms,
        "online_ms": each.online_ms,
        "recorded_ms": each.recorded_ms,
        "lost_ms": {str(cause): lost_ms for cause, lost_ms in each.lost_ms.items()},
        "unreachable_ms": each.unreachable_ms,
        "brief_ms": each.brief_ms,
        "unexplained_ms": each.unexplained_ms,
        "gaps": each.gaps,
        "damaged": each.damaged,
    }


def _moment_ms(text: str | None, settings: Settings, otherwise_ms: int) -> int:
    from safecity.moment_cli import moment_ms

    return otherwise_ms if text is None else moment_ms(text, settings.time_zone)

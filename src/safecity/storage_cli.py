"""Commands about where footage lies and for how long: retention, its forecast, storage folders.

Imports are late, so that `safecity --help` is quick.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from safecity.settings import Settings

if TYPE_CHECKING:
    from safecity.footage import Keep, Keeping

    # argparse has no public name for what add_subparsers gives.
    Group = argparse._SubParsersAction[argparse.ArgumentParser]  # pyright: ignore[reportPrivateUsage]

GB = 1e9


def add_to(
    footage: Group,
    add: Callable[..., argparse.ArgumentParser],
    settings_of: Callable[[argparse.Namespace], Settings],
) -> None:
    """Adds the commands to the group `footage` of the command line."""

    def shows(work: Callable[[Settings], int]) -> Callable[[argparse.Namespace], int]:
        return lambda arguments: work(settings_of(arguments))

    def sets(arguments: argparse.Namespace) -> int:
        return set_class(settings_of(arguments), arguments)

    words = "for how long footage is kept: what stands, and what waits"
    add("retention", shows(show_retention), words, footage)
    words = "when the disk will be full, and when footage will go before its time"
    add("forecast", shows(show_forecast), words, footage)
    words = "the storage folders: how much lies there, how much room is left"
    add("storage", shows(show_storage), words, footage)
    words = "make or change a class of footage; what would keep less waits for a second person"
    sub = add("class", sets, words, footage)
    sub.add_argument("name")
    sub.add_argument("--days", type=float, help="how many days it is kept (as the city's)")
    sub.add_argument("--gigabytes", type=float, help="how many gigabytes of it are kept at most (no limit)")


def show_retention(settings: Settings) -> int:
    """Prints the rules that stand and those that wait."""
    import asyncio

    from safecity import footage
    from safecity.shell import at_shell

    for each in asyncio.run(at_shell(settings, lambda node, _: footage.retention(node))):
        print(_line(each))
    return 0


def show_forecast(settings: Settings) -> int:
    """Prints the forecast; exit code 1 where footage will go before its time within a day."""
    import asyncio

    from safecity import footage
    from safecity.app import archive_of
    from safecity.base import RealClock, from_ms, to_ms
    from safecity.shell import at_shell

    least = int(settings.free_gigabytes * GB)
    archive = archive_of(settings)
    seen = asyncio.run(
        at_shell(settings, lambda node, _: footage.forecast(node, archive, min_free_bytes=least))
    )
    print(
        f"{seen.bytes_per_day / GB:.1f} GB a day; {seen.kept_bytes / GB:.1f} GB kept, of which "
        f"{seen.held_bytes / GB:.1f} GB are held; {seen.free_bytes / GB:.1f} GB free."
    )
    if seen.full_ms is not None:
        print(f"Without forgetting, full at {from_ms(seen.full_ms):%Y-%m-%d %H:%M} UTC.")
    print(seen.sentence())
    return 1 if seen.warns(to_ms(RealClock().now())) else 0


def show_storage(settings: Settings) -> int:
    """Prints each storage folder; exit code 1 where one cannot be read."""
    from safecity import footage
    from safecity.app import archive_of, reserve_of

    archive, sizes, code = archive_of(settings), dict[str, int](), 0
    for index in archive.indexes.values():
        for store, size in index.stores().items():
            sizes[store] = sizes.get(store, 0) + size
    reserve = reserve_of(settings)
    for store, root in (("", archive.root), *([(footage.RESERVE, reserve)] if reserve else [])):
        try:
            left = f"{footage.room_left(root) / GB:.1f} GB free"
        except OSError as error:
            left, code = f"cannot be read: {error.strerror}", 1
        print(f"{store or 'first'}  {root}  {sizes.get(store, 0) / GB:.1f} GB of footage, {left}")
    return code


def set_class(settings: Settings, arguments: argparse.Namespace) -> int:
    """Makes or changes a class."""
    import asyncio

    from safecity import footage
    from safecity.shell import at_shell

    size = None if arguments.gigabytes is None else int(arguments.gigabytes * GB)
    name, days = str(arguments.name), arguments.days
    work = at_shell(
        settings, lambda node, by: footage.set_class(node, by, name=name, keep_days=days, keep_bytes=size)
    )
    asyncio.run(work)
    print(f"The class {arguments.name} is set; what keeps less than before waits, see `footage retention`.")
    return 0


def _line(each: Keeping) -> str:
    words = f"{each.subject}: {_words(each.keep)}"
    if each.waiting is None:
        return words
    from safecity.base import from_ms

    agreed = "agreed" if each.waiting.agreed_by else "not agreed yet"
    due = f"{from_ms(each.waiting.due_ms):%Y-%m-%d %H:%M} UTC"
    return f"{words}; waits: {_words(each.waiting.keep)}, from {due} on, {agreed}"


def _words(keep: Keep) -> str:
    days = "as its class or the city" if keep.days is None else f"{keep.days:g} days"
    size = "" if keep.bytes is None else f", at most {keep.bytes / GB:g} GB"
    return f"{days}{size}{f', class {keep.of}' if keep.of else ''}"

"""How many signs a node takes in, durably, through its real HTTP server: batches of 20 and more, and single ones.

The control process runs as it does in service, with its log, its response times and its listeners. Every sign becomes
a fact (raised or grouped) that is on disk before the answer. At the end the process is killed with SIGKILL and the
journal is counted: every sign that was answered is there, once. Peer: bare rows of the same size into one SQLite
table, one commit a batch, in the same run.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import random
import secrets
import signal
import sqlite3
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from _report import Measure, arguments, report
from safecity.access import add_bureau, issue_device_token
from safecity.app import open_node
from safecity.base import NODE, Place
from safecity.serve import command_of, free_port
from safecity.settings import Settings

BATCH = 50
BATCH_CONNECTIONS = 4
SINGLE_CONNECTIONS = 32
PLACES = 1800
KINDS = ("door", "smoke", "glass")
SOUTH, WEST, SIDE_DEG = -1.33, 36.75, 0.04
BUREAUS_A_SIDE = 4


@dataclass
class Tally:
    """What one run of posts came to."""

    signs: int = 0
    seconds: float = 0.0
    cpu_s: float = 0.0
    answers_ms: list[float] = field(default_factory=list[float])

    @property
    def rate(self) -> float:
        """Signs a second."""
        return self.signs / self.seconds

    @property
    def p99_ms(self) -> float:
        """99 of 100 answers came within so many milliseconds."""
        return statistics.quantiles(self.answers_ms, n=100)[98] if len(self.answers_ms) > 1 else 0.0


async def prepare(settings: Settings) -> str:
    """A city of 16 bureaus and a device that may send; returns its token."""
    async with open_node(settings) as node:
        for row, column in itertools.product(range(BUREAUS_A_SIDE), repeat=2):
            south, west = SOUTH + row * SIDE_DEG, WEST + column * SIDE_DEG
            north, east = south + SIDE_DEG, west + SIDE_DEG
            ground = [Place(south, west), Place(south, east), Place(north, east), Place(north, west)]
            await add_bureau(
                node, NODE, code=f"B{row}{column}", name=f"Bureau {row}-{column}", polygon=ground
            )
        return await issue_device_token(node, NODE, "bench", ["device"])


def bodies(chance: random.Random, size: int) -> Iterator[bytes]:
    """Endless bodies of so many signs, from sensors all over the city."""
    span = SIDE_DEG * BUREAUS_A_SIDE
    places = [(SOUTH + chance.random() * span, WEST + chance.random() * span) for _ in range(PLACES)]
    for number in itertools.count():
        signs = [
            {
                "kind": chance.choice(KINDS),
                "place": {"lat": lat, "lon": lon},
                "id": f"{size}-{number}-{place}",
            }
            for place, (lat, lon) in enumerate(chance.choices(places, k=size))
        ]
        yield json.dumps({"alerts": signs}).encode()


async def post(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes, body: bytes
) -> tuple[int, bytes]:
    """One request on an open connection; its status and body."""
    writer.write(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    answer = await reader.readuntil(b"\r\n\r\n")
    status = int(answer.split(b" ", 2)[1])
    length = int(answer.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
    return status, await reader.readexactly(length)


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and its threads so far (proc(5), utime and stime)."""
    columns = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(columns[11]) + int(columns[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Target:
    """The node that is measured."""

    pid: int
    port: int
    token: str


async def send(target: Target, made: list[list[bytes]], size: int, seconds: float) -> Tally:
    """Sends ready-made bodies on as many connections as there are lists, each waiting for its answer."""
    before_s = cpu_seconds(target.pid)
    head = (
        f"POST /api/intake HTTP/1.1\r\nHost: 127.0.0.1:{target.port}\r\nAuthorization: Bearer {target.token}\r\n"
        "Content-Type: application/json\r\n"
    ).encode()
    tally, started = Tally(), time.perf_counter()

    async def one(mine: list[bytes]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
        for body in mine:
            at = time.perf_counter()
            if at - started > seconds:
                break
            status, answer = await post(reader, writer, head, body)
            if status != 202:
                raise SystemExit(f"The server answered {status}: {answer.decode()}")
            tally.answers_ms.append((time.perf_counter() - at) * 1000)
            tally.signs += size
        writer.close()

    await asyncio.gather(*(one(mine) for mine in made))
    tally.cpu_s = cpu_seconds(target.pid) - before_s
    tally.seconds = time.perf_counter() - started
    return tally


async def until_open(port: int) -> None:
    """Returns once the server takes connections."""
    for _ in range(600):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise SystemExit("The server did not start within 30 s.")


def count_facts(path: Path) -> tuple[int, int]:
    """How many signs the journal holds as facts, and how many rows say so."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        (facts,) = connection.execute(
            "SELECT count(*) FROM journal WHERE type IN ('AlertRaised/1', 'AlertGrouped/1')"
        ).fetchone()
        (rows,) = connection.execute("SELECT coalesce(sum(count), 0) FROM alert").fetchone()
    return facts, rows


def bare_rate(folder: Path, seconds: float) -> float:
    """The peer: bare rows of a fact's size into one table, one durable commit a batch."""
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE bare (seq INTEGER PRIMARY KEY, body TEXT, salt BLOB, commitment BLOB)")
    body, started, count = "x" * 400, time.perf_counter(), 0
    while time.perf_counter() - started < seconds:
        connection.execute("BEGIN IMMEDIATE")
        rows = [(body, secrets.token_bytes(16), secrets.token_bytes(32)) for _ in range(BATCH)]
        connection.executemany("INSERT INTO bare (body, salt, commitment) VALUES (?, ?, ?)", rows)
        connection.execute("COMMIT")
        count += BATCH
    connection.close()
    return count / (time.perf_counter() - started)


def dealt(made: list[bytes], hands: int) -> list[list[bytes]]:
    """The bodies, dealt out to so many connections."""
    return [made[first::hands] for first in range(hands)]


async def measure(settings: Settings, seconds: float) -> tuple[list[Tally], int]:
    """Runs batches and single posts against a control process, then kills it."""
    token = await prepare(settings)
    chance = random.Random(7)
    batches = list(itertools.islice(bodies(chance, BATCH), int(seconds * 400)))
    singles = list(itertools.islice(bodies(chance, 1), int(seconds * 4000)))
    warm = list(itertools.islice(bodies(chance, 20), 200))
    process = subprocess.Popen(command_of(settings, "control"))  # noqa: ASYNC220  before anything waits
    try:
        await until_open(settings.port)
        target = Target(process.pid, settings.port, token)
        heated = await send(target, [warm], 20, 2.0)
        many = await send(target, dealt(batches, BATCH_CONNECTIONS), BATCH, seconds)
        single = await send(target, dealt(singles, SINGLE_CONNECTIONS), 1, seconds)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    return [many, single], heated.signs + many.signs + single.signs


def main() -> int:
    """Measures and reports."""
    options = arguments(str(__doc__).partition("\n")[0]).parse_args()
    seconds = 8.0 if options.quick else 30.0
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder) / "data", port=free_port())
        (many, single), answered = asyncio.run(measure(settings, seconds))
        facts, rows = count_facts(settings.data / "safecity.db")
        bare = bare_rate(Path(folder), seconds / 4)
    measures = [
        Measure(
            name=f"facts a second, {BATCH} a POST",
            figure=many.rate,
            unit="/s",
            target=10_000,
            peer=bare,
            peer_name="bare SQLite rows",
        ),
        Measure(name="their p99", figure=many.p99_ms, unit="ms", target=50, less_is_better=True),
        Measure(name="single POSTs a second", figure=single.rate, unit="/s", target=2_000),
        Measure(name="their p99", figure=single.p99_ms, unit="ms", target=50, less_is_better=True),
        Measure(
            name="answered but lost", figure=max(0, answered - facts), unit="", target=0, less_is_better=True
        ),
        Measure(name="doubled", figure=abs(rows - facts), unit="", target=0, less_is_better=True),
    ]
    notes = [
        f"{answered} signs answered; {facts} facts in the journal after kill -9.",
        f"Processor time of the node: {many.cpu_s / many.signs * 1e6:.0f} us a sign in batches, "
        f"{single.cpu_s / single.signs * 1e6:.0f} us alone; {os.cpu_count()} cores, which the sender shares, "
        f"load {os.getloadavg()[0]:.1f}.",
    ]
    return report("intake", measures, as_json=options.json, notes=notes)


if __name__ == "__main__":
    raise SystemExit(main())

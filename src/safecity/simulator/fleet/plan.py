"""Which cameras a fleet has, and what goes wrong with each of them when. Pure: script and seed in, cameras out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from safecity.simulator.chance import chance_of
from safecity.simulator.fleet.script import BadScript, FaultRow, Mix, Script
from safecity.simulator.rtsp import DARK, Fault, FaultKind, VoiceCodec

Span = tuple[float, float]
_RANGE = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
_SHARE = re.compile(r"(\d{1,3})\s*%")


@dataclass(frozen=True, kw_only=True)
class FleetCamera:
    """One camera. `number` counts from 1."""

    number: int
    is_udp: bool = False
    is_h265: bool = False
    has_password: bool = False
    voice: VoiceCodec | None = None
    faults: tuple[Fault, ...] = ()

    @property
    def name(self) -> str:
        """As the register shows it."""
        return f"Fleet {self.number:03}"

    def dark(self, until_s: float) -> list[Span]:
        """When nobody could have intact pictures of it, up to a moment; in order, joined."""
        spans = sorted(
            span for fault in self.faults if fault.is_dark() for span in _occurrences(fault, until_s)
        )
        joined: list[Span] = []
        for start, end in spans:
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], end))
            else:
                joined.append((start, end))
        return joined


def _occurrences(fault: Fault, until_s: float) -> list[Span]:
    starts = [fault.from_s + turn * (fault.every_s or 0) for turn in range(fault.began(until_s))]
    return [
        (start, min(until_s, start + fault.until_s - fault.from_s)) for start in starts if start < until_s
    ]


def plan_fleet(count: int, script: Script) -> tuple[FleetCamera, ...]:
    """The cameras of a fleet. Raises BadScript for a row that names no camera of it."""
    cameras = [_camera(number, count, script.mix, script.seed) for number in range(1, count + 1)]
    faults: dict[int, list[Fault]] = {camera.number: [] for camera in cameras}
    for place, row in enumerate(script.faults, 1):
        chance = chance_of(script.seed, f"fault {place}")
        for camera in _meant(row, cameras, chance, f"Fault {place}"):
            faults[camera.number].append(_fault(row, chance))
    # What makes a camera dark comes first: a camera without power has no wrong description.
    return tuple(
        FleetCamera(
            number=each.number,
            is_udp=each.is_udp,
            is_h265=each.is_h265,
            has_password=each.has_password or any(_needs_password(fault) for fault in faults[each.number]),
            voice=each.voice,
            faults=tuple(sorted(faults[each.number], key=lambda fault: fault.kind not in DARK)),
        )
        for each in cameras
    )


def _needs_password(fault: Fault) -> bool:
    return fault.kind in (FaultKind.REFUSE, FaultKind.PASSWORD, FaultKind.NONCE)


def _camera(number: int, count: int, mix: Mix, seed: int) -> FleetCamera:
    def has(share: float, what: str) -> bool:
        """Exactly this share of the cameras, spread over them by chance."""
        order = list(range(1, count + 1))
        chance_of(seed, what).shuffle(order)
        return order.index(number) < round(share * count)

    voices = (VoiceCodec.AAC, VoiceCodec.PCMA, VoiceCodec.AAC, VoiceCodec.PCMU)
    return FleetCamera(
        number=number,
        is_udp=has(mix.udp, "udp"),
        is_h265=has(mix.h265, "h265"),
        has_password=has(mix.password, "password"),
        voice=voices[number % len(voices)] if has(mix.sound, "sound") else None,
    )


def _meant(row: FaultRow, cameras: list[FleetCamera], chance: Random, where: str) -> list[FleetCamera]:
    text = row.cameras.strip().lower()
    kinds = {
        "*": cameras,
        "udp": [each for each in cameras if each.is_udp],
        "tcp": [each for each in cameras if not each.is_udp],
        "h265": [each for each in cameras if each.is_h265],
        "h264": [each for each in cameras if not each.is_h265],
        "sound": [each for each in cameras if each.voice],
    }
    if text in kinds:
        return kinds[text]
    if share := _SHARE.fullmatch(text):
        return sorted(
            chance.sample(cameras, round(min(100, int(share[1])) * len(cameras) / 100)),
            key=lambda each: each.number,
        )
    numbers: set[int] = set()
    for part in text.split(","):
        found = _RANGE.fullmatch(part.strip())
        if not found:
            raise BadScript(
                f'{where}: cameras is "*", numbers such as "1-10,15", a share such as "20%", or one of '
                f"{', '.join(list(kinds)[1:])}, not {row.cameras!r}."
            )
        numbers.update(range(int(found[1]), int(found[2] or found[1]) + 1))
    meant = [each for each in cameras if each.number in numbers]
    if not meant:
        raise BadScript(f"{where}: none of the {len(cameras)} cameras has a number in {row.cameras!r}.")
    return meant


def _fault(row: FaultRow, chance: Random) -> Fault:
    from_s = row.at_s + (chance.uniform(0, row.spread_s) if row.spread_s else 0.0)
    return Fault(
        kind=row.kind,
        from_s=from_s,
        until_s=from_s + row.for_s,
        every_s=row.every_s,
        value=row.value,
        form=row.form,
    )

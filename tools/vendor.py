"""Copies what the browser side takes from others out of npm packages, with version and hash.

For maintainers; installing and running needs no npm. web/package-lock.json says which versions,
web/vendor.toml which files.
    python tools/vendor.py            npm ci, copy, write vendor.json and THIRD_PARTY.md
    python tools/vendor.py --check    re-hash what is committed, without npm
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
STATIC_VENDOR = "src/safecity/web/static/vendor"
REGISTRY_FIELDS = ("resolved", "funding")
PEN = 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"'

THIRD_PARTY_HEAD = """# What we take from others

## In the browser
Copied into the package, with the hash of every file in `{vendor}/vendor.json`;
`tools/vendor.py` renews them and writes this table. The licence text lies beside each copy.

| for | package | version | licence |
| --- | --- | --- | --- |
"""
THIRD_PARTY_TAIL = """
## On the server
Python packages are named with their versions and hashes in `requirements/`.
Model weights carry their licence and hash beside them in the package.
"""


class Package(NamedTuple):
    """One npm package, and what is taken out of it."""

    name: str
    version: str
    folder: str
    licence: str
    use: str
    root: str
    files: list[str]
    sprite: list[str]
    licence_file: str
    licence_text: str

    @property
    def home(self) -> Path:
        """Where its copies lie; the version in the path lets the browser keep them for ever."""
        return ROOT / self.root / f"{self.folder}-{self.version}"


def packages() -> list[Package]:
    """What vendor.toml asks for, with the versions of the lock."""
    lock: dict[str, Any] = json.loads((WEB / "package-lock.json").read_text())["packages"]
    wanted: list[dict[str, Any]] = tomllib.loads((WEB / "vendor.toml").read_text())["package"]
    return [
        Package(
            name=each["name"],
            version=lock[f"node_modules/{each['name']}"]["version"],
            folder=each["folder"],
            licence=each["licence"],
            use=each["use"],
            root=each.get("root", STATIC_VENDOR),
            files=each["files"],
            sprite=each.get("sprite", []),
            licence_file=each.get("licence_file", ""),
            licence_text=each.get("licence_text", ""),
        )
        for each in wanted
    ]


def sprite(icons: Path, names: Iterable[str]) -> str:
    """One SVG with a symbol for each icon."""
    symbols: list[str] = []
    for name in sorted(names):
        svg = (icons / f"{name}.svg").read_text()
        body = re.sub(r"\s+", " ", svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]).strip()
        body = body.replace(" /> ", "/>")
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24" {PEN}>{body}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def fetch(into: Path) -> Path:
    """The packages of the lock, unpacked; no script of theirs runs."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(WEB / name, into / name)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=into, check=True, stdout=subprocess.DEVNULL)
    return into / "node_modules"


def clean_lock() -> None:
    """A lock with versions and hashes, and no address: whoever installs says from where."""
    path = WEB / "package-lock.json"
    lock: dict[str, Any] = json.loads(path.read_text())
    for entry in lock["packages"].values():
        for field in REGISTRY_FIELDS:
            entry.pop(field, None)
    path.write_text(json.dumps(lock, indent=2) + "\n")


def copy(package: Package, modules: Path) -> None:
    """Bring the package's files and licence to their place; older versions go."""
    for old in package.home.parent.glob(f"{package.folder}-[0-9]*"):
        shutil.rmtree(old)
    package.home.mkdir(parents=True)
    source = modules / package.name
    for name in package.files:
        shutil.copyfile(source / name, package.home / Path(name).name)
    if package.sprite:
        (package.home / "icons.svg").write_text(sprite(source / "icons", package.sprite))
    licence = source / package.licence_file if package.licence_file else WEB / package.licence_text
    shutil.copyfile(licence, package.home / "LICENSE")


def listing(group: list[Package], root: Path) -> dict[str, Any]:
    """Every copied file with its hash, size and origin."""
    files: dict[str, Any] = {}
    for package in sorted(group):
        for path in sorted(package.home.iterdir()):
            data = path.read_bytes()
            files[path.relative_to(root).as_posix()] = {
                "sha256": hashlib.sha256(data).hexdigest(),
                "size": len(data),
                "package": package.name,
                "version": package.version,
                "licence": package.licence,
            }
    return {"files": files}


def third_party(group: list[Package]) -> str:
    """The table for readers."""
    rows = [f"| {p.use} | {p.name} | {p.version} | {p.licence} |\n" for p in group]
    return THIRD_PARTY_HEAD.format(vendor=STATIC_VENDOR) + "".join(rows) + THIRD_PARTY_TAIL


def by_root(group: list[Package]) -> dict[Path, list[Package]]:
    """Packages by the folder that holds their copies."""
    roots: dict[Path, list[Package]] = {}
    for package in group:
        roots.setdefault(ROOT / package.root, []).append(package)
    return roots


def wrong(root: Path) -> list[str]:
    """What in this folder is not as its vendor.json says."""
    told: dict[str, Any] = json.loads((root / "vendor.json").read_text())["files"]
    there = {
        p.relative_to(root).as_posix(): p for p in root.rglob("*") if p.is_file() and p.name != "vendor.json"
    }
    faults = [f"{name}: not in vendor.json" for name in there.keys() - told.keys()]
    for name, facts in told.items():
        if name not in there:
            faults.append(f"{name}: missing")
        elif hashlib.sha256(there[name].read_bytes()).hexdigest() != facts["sha256"]:
            faults.append(f"{name}: changed")
    return sorted(faults)


def renew() -> None:
    """Copy everything again."""
    clean_lock()
    group = packages()
    with tempfile.TemporaryDirectory() as folder:
        modules = fetch(Path(folder))
        for package in group:
            copy(package, modules)
    for root, here in by_root(group).items():
        (root / "vendor.json").write_text(json.dumps(listing(here, root), indent=1) + "\n")
    (ROOT / "THIRD_PARTY.md").write_text(third_party(group))


def main() -> int:
    """Renew the copies, or check them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="re-hash the committed copies, write nothing")
    check: bool = parser.parse_args().check
    if not check:
        renew()
    roots = list(by_root(packages()))
    faults = [fault for root in roots for fault in wrong(root)]
    if (ROOT / "THIRD_PARTY.md").read_text() != third_party(packages()):
        faults.append("THIRD_PARTY.md: does not match web/vendor.toml")
    for fault in faults:
        print(fault)
    count = sum(len(json.loads((root / "vendor.json").read_text())["files"]) for root in roots)
    print(f"{count} files, {len(faults)} wrong")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

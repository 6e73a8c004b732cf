"""Children are started again when they die, and end with their parent."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

from safecity.adapters.processes import Children
from safecity.base import RealClock

SLEEPS = [sys.executable, "-c", "import time; time.sleep(1000)"]


async def pid_of(run: Path, name: str, other_than: int = 0) -> int:
    while True:
        try:
            pid = int((run / f"{name}.pid").read_text())
        except (OSError, ValueError):
            pid = 0
        if pid not in {0, other_than}:
            return pid
        await asyncio.sleep(0.01)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def test_a_child_that_is_killed_is_started_again(tmp_path: Path):
    children = Children(tmp_path, RealClock())
    children.start("sleeper", SLEEPS)
    first = await asyncio.wait_for(pid_of(tmp_path, "sleeper"), 10)
    os.kill(first, signal.SIGKILL)
    second = await asyncio.wait_for(pid_of(tmp_path, "sleeper", other_than=first), 10)
    assert is_alive(second)
    await children.close()
    assert not is_alive(second)
    assert list(tmp_path.iterdir()) == []


PARENT = """
import asyncio, sys
from pathlib import Path
from safecity.adapters.processes import Children
from safecity.base import RealClock

CHILD = '''
import os, sys, time
from safecity.adapters.processes import end_with_parent
end_with_parent(int(sys.argv[1]))
print(os.getpid(), flush=True)
time.sleep(1000)
'''

async def main():
    import os
    children = Children(Path(sys.argv[1]), RealClock())
    children.start("child", [sys.executable, "-c", CHILD, str(os.getpid())])
    await asyncio.sleep(1000)

asyncio.run(main())
"""


async def test_even_kill_9_of_the_parent_leaves_no_child(tmp_path: Path):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert is_alive(child)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    async with asyncio.timeout(10):
        while is_alive(child):
            await asyncio.sleep(0.01)

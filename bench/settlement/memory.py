"""The most memory one peer holds: `python -m bench.settlement.memory PEER SIZE`.

Linux only: the kernel keeps the highest resident size and can be asked to forget it.
"""

import gc
import json
import sys
import time
from pathlib import Path

from bench.settlement.generate import generate
from bench.settlement.peers import peer_of

_PROCESS = Path("/proc/self")


def resident_mb(kind: str) -> float:
    """Read "VmRSS" (now) or "VmHWM" (the most since it was forgotten), in MB."""
    lines = (_PROCESS / "status").read_text().splitlines()
    found = next(line for line in lines if line.startswith(kind))
    return int(found.split()[1]) / 1024


def main(key: str, size: int) -> dict[str, float]:
    """Load, forget what that took, settle once; code that is loaded on first use is not counted."""
    peer = peer_of(key)
    peer.settle(peer.load(generate(1_000)))
    native = peer.load(generate(size))
    gc.collect()
    (_PROCESS / "clear_refs").write_text("5")
    before = resident_mb("VmRSS")
    begun = time.perf_counter()
    made = peer.settle(native)
    seconds = time.perf_counter() - begun
    peak = resident_mb("VmHWM")
    del made
    return {"before_mb": before, "added_mb": peak - before, "seconds": seconds}


if __name__ == "__main__":
    json.dump(main(sys.argv[1], int(sys.argv[2])), sys.stdout)

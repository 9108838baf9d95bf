"""How long a command takes to start, compared with the least that any program with pydantic pays."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 21
GOAL = 3.0
LINE = "GB4799900000001"

ROOT = Path(__file__).parents[2]
KIOSK = Path(sys.executable).with_name("kiosk")

BASE = "python -c 'import pydantic'"
COMMANDS = {
    "python -c 'pass'": [sys.executable, "-c", "pass"],
    BASE: [sys.executable, "-c", "import pydantic"],
    "kiosk parse": [str(KIOSK), "parse", LINE],
    "./run kiosk parse": [str(ROOT / "run"), "kiosk", "parse", LINE],
}


def main() -> None:
    """Alternates the commands, so that a busy moment of the machine hits all of them."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "KIOSK_DATA_DIR": folder}
        for _ in range(ROUNDS):
            for name, command in COMMANDS.items():
                began = time.perf_counter()
                subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
                times[name].append(time.perf_counter() - began)
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    print(f"Start, median of {ROUNDS} alternating runs")
    for name, median in medians.items():
        print(f"  {name:<30} {median * 1000:7.1f} ms   {median / medians[BASE]:5.2f} x")
    ratio = medians["kiosk parse"] / medians[BASE]
    print(f"  kiosk parse : import pydantic = {ratio:.2f} (goal <= {GOAL:g})")
    print(
        f"  ./run adds {(medians['./run kiosk parse'] - medians['kiosk parse']) * 1000:.1f} ms (goal < 300)\n"
    )


if __name__ == "__main__":
    main()

"""A program from before there was encryption: opens a plain file with sqlite3 and writes into it.

    plain_writer.py FILE open      says "ready" with the file open, then writes a row at each line it is given

For each it prints "written", or what the database said.
"""

from __future__ import annotations

import sqlite3
import sys


def main(file: str) -> None:
    connection = sqlite3.connect(file, timeout=5, isolation_level=None)
    if sys.argv[2] == "open":
        connection.execute("SELECT count(*) FROM visit").fetchone()
    print("ready", flush=True)
    for number, _ in enumerate(sys.stdin):
        try:
            connection.execute(
                "INSERT INTO queue_counter (mode, facility, day, last_number) VALUES ('live', '99999', ?, 1)",
                (f"1999-01-{number + 1:02}",),
            )
            print("written", flush=True)
        except sqlite3.Error as error:
            print(error, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])

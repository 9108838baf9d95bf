"""``python -m kiosk`` and the console script ``kiosk``."""

import sys


def main() -> None:
    from kiosk.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()

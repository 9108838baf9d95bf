"""The command line: every command of the contract, thin over `kiosk.reception`.

Each command returns its exit code. With ``--json`` standard output holds one JSON object a line and nothing
else; what a person reads stands in `kiosk.cli.text`. Heavy parts are imported by the commands that need them.
"""

from kiosk.cli.main import run

__all__ = ["run"]

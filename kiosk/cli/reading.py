"""`kiosk decode` and `kiosk parse`: what pictures and lines say, without asking anybody."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from kiosk.card import parse
from kiosk.card.model import Kind
from kiosk.cli.options import EXIT_BAD_INPUT, EXIT_OK, with_session
from kiosk.cli.session import Session
from kiosk.errors import CardParseError, ImageError

EXIT_NO_CODE = 1


@click.command("decode")
@click.argument("images", nargs=-1, required=True, metavar="IMAGE…")
@with_session
def decode_command(session: Session, images: tuple[str, ...]) -> int:
    """Đọc mã QR trong ảnh."""
    from kiosk.app import decode_image
    from kiosk.cli.text import decoded_text

    exit_code = EXIT_OK
    for name in images:
        output: dict[str, Any] = {"file": name, "codes": [], "elapsed_ms": None, "error": None}
        try:
            found = decode_image(session.settings, Path(name))
        except ImageError as error:
            output["error"] = session.error(error)
            exit_code = EXIT_BAD_INPUT
        else:
            output["codes"] = [{"text": code.text, "kind": _kind(code.text)} for code in found.codes]
            output["elapsed_ms"] = round(found.elapsed_ms, 1)
            if not found.codes:
                exit_code = max(exit_code, EXIT_NO_CODE)
        session.emit(output, lambda output=output: decoded_text(output, session.language))  # type: ignore[misc]
    return exit_code


def _kind(text: str) -> Kind:
    try:
        return parse(text).kind
    except CardParseError:
        return Kind.UNKNOWN


@click.command("parse")
@click.argument("given", nargs=-1, metavar="[TEXT…]")
@with_session
def parse_command(session: Session, given: tuple[str, ...]) -> int:
    """Cho biết nội dung mã hoặc số thẻ nói gì."""
    for line in given or _lines_of_stdin():
        output = session.parsed(line)
        session.emit(output, lambda output=output: _parsed_text(output, session.language))  # type: ignore[misc]
    return EXIT_OK


def _lines_of_stdin() -> Iterator[str]:
    """Lines end at LF alone; a CR before it is dropped. Bytes that are not UTF-8 come as lone surrogates."""
    for line in sys.stdin.buffer if sys.stdin else ():
        yield line.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8", errors="surrogateescape")


def _parsed_text(output: dict[str, Any], language: str) -> str:
    from kiosk.cli.text import parsed_text

    return parsed_text(output, language)

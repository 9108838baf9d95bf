"""`kiosk training-gateway`: a gateway to train and test against."""

from __future__ import annotations

import json

import click

from kiosk.cli.options import EXIT_OK, with_session
from kiosk.cli.session import Session
from kiosk.errors import UsageError


@click.command("training-gateway")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Cổng; 0: tự chọn.")
@with_session
def training_gateway_command(session: Session, port: int) -> int:
    """Chạy cổng tập huấn cho đến khi dừng."""
    from kiosk.training.gateway_server import TrainingGateway, serve_until_stopped

    try:
        server = TrainingGateway(port=port)
    except OSError as error:
        raise UsageError("port_in_use", port=str(port), why=error.strerror or "?") from None
    with server:
        session.print(json.dumps({"base_url": server.base_url, "training": True}))
        serve_until_stopped()
    return EXIT_OK

"""What most end-to-end tests start with: a training gateway, and a desk that asks it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_driver import Desk, running_desk

from kiosk.training.gateway_server import TrainingGateway


@pytest.fixture
def gateway() -> Iterator[TrainingGateway]:
    with TrainingGateway() as server:
        yield server


@pytest.fixture
def desk(x_display: str, tidy_environment: Path, gateway: TrainingGateway) -> Iterator[Desk]:
    with running_desk(x_display, tidy_environment, gateway.base_url) as running:
        yield running

"""A desk with everything around it, and the scenes that are played in it."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from desk_pictures.driver import Desk, SerialScanner, running_desk, serial_scanner
from desk_pictures.screen import Screen
from kiosk.training.faults import Fault, FaultKind
from kiosk.training.gateway_server import TrainingGateway
from kiosk.training.patients import Patient, patient

MOST_ESCAPES = 40


@dataclass
class Room:
    """What a scene plays with. `take` keeps a picture of what is shown now, under the scene's name."""

    desk: Desk
    gateway: TrainingGateway
    scanner: SerialScanner
    folder: Path
    take: Callable[[str], None]

    def scan(self, who: str | Patient, **verdict: object) -> None:
        """The health card of a patient of the training gateway."""
        person = patient(who) if isinstance(who, str) else who
        self.scanner.scan(person.health_card_line())
        self.desk.wait_for("verdict", **verdict)

    def scan_citizen_card(self, who: str, **verdict: object) -> None:
        """The same text twice in a row counts as one scan; this is another text of the same person."""
        self.scanner.scan(patient(who).citizen_card_line())
        self.desk.wait_for("verdict", **verdict)

    def press(self, key: str, event: str = "", **values: object) -> None:
        self.desk.press(key)
        if event:
            self.desk.wait_for(event, **values)

    def go_offline(self) -> None:
        self.gateway.fault = Fault(FaultKind.DOWN)

    def go_home(self) -> None:
        """From whatever a scene has left open, to a desk that waits for the next patient."""
        self.gateway.fault = None
        for _ in range(MOST_ESCAPES):
            said = self.desk.state
            if (said.get("state"), said.get("over"), said.get("waiting")) == ("ready", None, 0):
                return
            self.desk.press("Escape")
            time.sleep(0.1)
        raise RuntimeError(f"the desk did not become free: {self.desk.state}")


Scene = Callable[[Room], None]


@dataclass
class Setting:
    """How a room is furnished, and its scenes. `prepare` gives further settings from a fresh folder."""

    name: str
    prepare: Callable[[Path], Mapping[str, str]] = lambda _: {}
    command: tuple[str, ...] = ("desk", "--json")
    opens: Callable[[Desk], None] = lambda desk: desk.wait_for("opened", records=True)
    one_each: bool = False  # a room of its own for each scene; else they follow each other in one
    scenes: dict[str, Scene] = field(default_factory=dict)

    def scene(self, play: Scene) -> Scene:
        self.scenes[play.__name__.replace("_", "-")] = play
        return play

    @contextmanager
    def open(self, screen: Screen, take: Callable[[str], None], **settings: str) -> Iterator[Room]:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            scanner = stack.enter_context(serial_scanner())
            gateway = stack.enter_context(TrainingGateway())
            own = {
                "KIOSK_READERS__SERIAL_PORT": scanner.port,
                "PATH": os.environ["PATH"],
                **settings,
                **self.prepare(folder),
            }
            desk = stack.enter_context(
                running_desk(screen, folder / "data", gateway.base_url, self.command, **own)
            )
            self.opens(desk)
            yield Room(desk, gateway, scanner, folder, take)

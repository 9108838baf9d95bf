"""Which result makes which sound, and who plays it: nothing waits for a loudspeaker."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.desk import sounds
from kiosk.desk.flow import Flow, Incomplete, Message, Stage, VerdictShown
from kiosk.desk.sounds import Sound
from kiosk.desk.work import Lane, Mailbox
from kiosk.gateway.result_codes import Verdict
from kiosk.settings import Settings
from kiosk.sound_players import player

_OF_VERDICT = {
    Verdict.ELIGIBLE: Sound.GOOD,
    Verdict.NEEDS_STAFF: Sound.ATTENTION,
    Verdict.UNDETERMINED: Sound.ATTENTION,
    Verdict.NOT_ELIGIBLE: Sound.REFUSED,
}


def sound_of(stage: Stage) -> Sound | None:
    """None: nothing has come of a scan yet, or nothing new."""
    match stage:
        case VerdictShown(found=found):
            return _OF_VERDICT[found.assessment.verdict]
        case Incomplete():
            return Sound.ATTENTION
        case Message():
            return Sound.REFUSED
    return None


class SoundDesk:
    """Silent unless ``ui.sounds`` is on, and where there is nothing to play with.

    `on_failed` is told once when a player there is cannot be heard.
    """

    def __init__(
        self,
        settings: Settings,
        flow: Flow,
        mailbox: Mailbox,
        *,
        on_failed: Callable[[bool], None],
        find_player: Callable[[], str | None] | None = None,
        play: Callable[[Sound, str], bool] | None = None,
    ) -> None:
        folder = settings.data_folder / "cache" / "sounds"
        self._flow, self._on_failed = flow, on_failed
        self._play = play or (lambda sound, by: sounds.play(sound, by, folder))
        self._player = (find_player or player)() if settings.ui.sounds else None
        self._lane = Lane("sounds", mailbox) if self._player is not None else None
        self._stage: type[Stage] | None = None
        self._latest = 0
        self._failed = False

    def mind(self) -> None:
        """After whatever may have changed the flow. A locked desk says nothing of anybody."""
        stage = self._flow.stage
        if self._lane is None or type(stage) is self._stage:
            return
        self._stage = type(stage)
        sound = sound_of(stage)
        if sound is not None and not self._flow.locked:
            self._latest += 1
            number = self._latest
            self._lane.do(lambda: self._played(sound, number), self._note, lambda _: self._note(False))

    def stop(self) -> None:
        if self._lane is not None:
            self._lane.stop(None)

    def _played(self, sound: Sound, number: int) -> bool:
        """In the lane. A sound that another has overtaken would be taken for the later patient's."""
        if number != self._latest or self._player is None:
            return not self._failed
        return self._play(sound, self._player)

    def _note(self, went_well: bool) -> None:
        if self._failed == went_well:
            self._failed = not went_well
            self._on_failed(self._failed)

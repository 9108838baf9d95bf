"""What the gateway's answer means for this visit today: verdict, reason and the card that applies."""

from kiosk.eligibility.assess import assess, number_to_follow
from kiosk.eligibility.model import Assessment, Coverage, Difference

__all__ = ["Assessment", "Coverage", "Difference", "assess", "number_to_follow"]

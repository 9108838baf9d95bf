"""`kiosk doctor`: what works here, what does not, and what to do about it.

Each room of the house is examined with real requests, files and devices, all at once and within a bounded
time (docs/decisions/0016-doctor.md). Nothing is changed, nothing is created that stays.
"""

from kiosk.doctor.examination import CHECKS, examine
from kiosk.doctor.finding import Finding

__all__ = ["CHECKS", "Finding", "examine"]

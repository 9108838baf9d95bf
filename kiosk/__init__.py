"""Check-in desk for Vietnam's hospitals."""

__version__ = "0.1.0"

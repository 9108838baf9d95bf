"""Helps a patient to prepare the registration of a VssID account: what to enter where, checked and on paper.

Pure values and rules; nothing is sent and nothing is kept. The facts are those of the app's version 1.5.3 and
later as public pages describe them up to 03/2026 (docs/decisions/0021-registration-assistant.md).
"""

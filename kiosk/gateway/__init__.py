"""Asks the BHXH gateway about a card: session, look-up, and the one table of result codes.

``kiosk.gateway.client`` does the asking and imports requests; everything else here is light.
"""

"""Where text comes from: pictures, cameras, and the keys of a USB scanner.

This room turns light and key presses into text and knows nothing of what the text means; whoever uses it
brings the test of what counts as a card.
"""

"""The window that patients use by themselves: a second screen at the desk, or a PC of its own."""

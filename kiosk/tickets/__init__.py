"""Queue tickets: what stands on one, and the way to a receipt printer. Drawing it is the desk's (Qt)."""

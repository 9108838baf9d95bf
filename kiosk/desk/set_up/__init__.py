"""Setting the desk up: the wizard of the first start, and the page of all settings."""

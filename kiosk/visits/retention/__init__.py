"""How long what the program keeps is kept, and its deletion when that is over.

``rules`` says the terms (config/retention.toml), ``calendar`` when they end, ``kinds`` what is due in the
records, ``files`` what is due beside them, ``run`` carries it out. Why like this:
docs/decisions/0030-retention.md.
"""

"""Records that can be read with their key only. Against whom: docs/decisions/0029-encrypted.md.

::

    kiosk.visits.encryption
    ├── key              the key of a folder of records: found, made once, checked, taken over
    ├── places           the two places a key is kept in: the system's keyring, or a file of its owner
    ├── connection       the one place where SQLite files are opened
    ├── conversion       a file from before becomes an encrypted one, or stays whole as it was
    └── recovery_sheet   the key on paper, for the hospital's safe
"""

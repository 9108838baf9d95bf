"""What is kept: visits, their evidence, queue numbers and the work that is still owed.

::

    with VisitRecords.open(url, facility="99999", training=False) as records:
        visit = records.record(new_visit)      # on disk before it returns
        for owed in records.owed(): ...
        export_visits(records.visits(), Path("visits.xlsx"), "vi")

``records`` holds the one class that reads and writes, ``spool`` the same for a desk that shares a server with
others, ``schema`` the tables, ``database`` how SQLite and PostgreSQL are opened and what their errors mean,
``exports`` the files for spreadsheets. Import from those modules: this package itself stays light, because
``kiosk parse`` must not load SQLAlchemy.
"""

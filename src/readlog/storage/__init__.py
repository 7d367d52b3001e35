"""The journal file: paths, connection, schema, triggers, migrations, transactions, atomic writes."""

"""A program that is killed in the middle of an operation, after half of its rows are in the file."""

import sys
import time

from readlog.storage.open_journal import open_for_writing
from readlog.storage.transaction import logged_operation

if __name__ == "__main__":
    connection = open_for_writing(sys.argv[1])
    connection.execute("PRAGMA cache_size = 5")
    with logged_operation(connection, "edit"):
        connection.execute("UPDATE books SET title = 'half'")
        connection.executemany("INSERT INTO quotes (reading_id, text) VALUES (1, ?)", [("half " * 500,)] * 300)
        sys.stdout.write("inside\n")
        sys.stdout.flush()
        time.sleep(60)

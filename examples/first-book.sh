#!/bin/sh
# Writes down a real book and finds it again, in a journal of its own beside the source.
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
READLOG_JOURNAL="$PWD/example-journal.db"
export PATH READLOG_JOURNAL
rm -f "$READLOG_JOURNAL"

readlog add "Memoirs of a Revolutionary" --author "Victor Serge" --contributor "Peter Sedgwick:translator" \
    --isbn 9781590174517 --published 2012 --pages 576 --tag history --tag russia --rating 5 --finished 2012-03 \
    --review - < examples/memoirs-of-a-revolutionary.md
readlog search petrograd
readlog edit 1 --rating 4.5 --tag memoir --untag russia
readlog list
readlog show revolutionary

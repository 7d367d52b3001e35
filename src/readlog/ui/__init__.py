"""What the reader sees: plain text in a pipe, a well-set page on a terminal. Only here is rich imported."""

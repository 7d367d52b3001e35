"""Pictures of readlog in a terminal, made of a sample journal: the books are real, their reader is not."""

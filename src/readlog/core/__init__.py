"""The domain: books, readings, dates, ratings, texts, records, errors. No file, no SQL, no terminal."""

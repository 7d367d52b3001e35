"""The floor that knows the file: where it is, how it is opened, what tables are in it."""

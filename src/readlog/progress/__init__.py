"""Status and progress of a reading: want, start, at, pause, finish, abandon."""

"""The face of the journal, in four parts, as the commands are grouped: write, look, move, keep."""

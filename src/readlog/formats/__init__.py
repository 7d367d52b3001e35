"""The formats that records come in and go out by, one file each. None prints, none opens the journal."""

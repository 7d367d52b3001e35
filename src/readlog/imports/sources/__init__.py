"""One file per program whose exports can be imported."""

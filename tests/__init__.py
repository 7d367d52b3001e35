"""Every room of the source has its tests in the folder of the same name."""

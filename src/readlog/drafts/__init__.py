"""Texts that are not in the journal yet, saved on disk until they are.

Backups of the journal are in `backups`, damaged files in `doctor.salvage`.
"""

"""Yearly goals: how many books a year should have, and how far it has come."""

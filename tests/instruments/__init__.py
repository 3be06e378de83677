"""Instruments that only the tests use, and the tests of those that are shipped."""

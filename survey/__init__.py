"""Collecting: what is asked, of whom, about which office, and what was answered, provably."""

"""Estimating: what the answers say about the population, how sure we are, and what that means officially."""

"""What shows that the slips are those that people sent? Closing days, voids, the audit."""

"""How can a figure be computed again elsewhere? A folder with data, our numbers, and scripts for R and for svy."""

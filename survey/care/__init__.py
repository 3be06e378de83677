"""Is the installation well, and can it be had back? The doctor, backups, and what a monitoring server reads."""

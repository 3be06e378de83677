"""Setting a round up: whom to ask, how many, where; what was typed so far."""

"""Was a paper slip typed as it is written? A second person types it again; what differs is settled with the paper.

`slip` finds what is stored of a number, `compare` says what differs, `settle` writes down who was right and asks for
the void of a wrong entry, `record` counts it. Nothing that was entered is ever overwritten.
"""

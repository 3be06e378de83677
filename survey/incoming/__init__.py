"""How do answers that were collected elsewhere come into a round? A file is read, understood, tried and stored whole.

`files.read_file` → `Source`; `propose.propose` → `Matching`, which a person may correct and `remember` keeps;
`trial.trial` → `Trial`, with every fault; `storing.store_all`.
"""

"""The vocabulary of all other folders: the model, the rules, errors, limits, wording and colours."""

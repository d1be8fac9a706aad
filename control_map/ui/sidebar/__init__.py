"""What the user chooses in the sidebar: the rule, which reports are used, and the date to compare with."""

"""The commands, a module for each group; importing a module registers its commands."""

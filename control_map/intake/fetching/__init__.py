"""Tables are fetched from the public internet, and from nowhere else."""

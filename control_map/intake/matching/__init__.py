"""The columns and words of a table are matched to the codebook."""

"""The places, parties and quantities that a sentence mentions."""

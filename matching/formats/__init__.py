"""The contract as JSON: reading, writing, files."""

"""How long the official codes of divisions are. A code is its own path: what lies above a division
is the beginning of its code."""

COUNTY, STREET, VILLAGE = 6, 9, 12
DIGITS = {"county": COUNTY, "street": STREET, "village": VILLAGE}

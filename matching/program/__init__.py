"""The mixed-integer program: columns and rows with prices, its bound, its parts."""

"""The vocabulary: frozen values that rooms pass to each other."""

"""Scripts for those who work on Khabardar: evaluation, lexicons."""

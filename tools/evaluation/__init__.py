"""The scoreboard: how well extraction reads articles whose facts people have annotated."""

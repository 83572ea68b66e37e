"""From events to who must know."""

"""How feeds and their sources are doing: pure functions of what is remembered of them, and the time."""

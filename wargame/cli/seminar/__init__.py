"""``wargame seminar`` and ``wargame play``."""

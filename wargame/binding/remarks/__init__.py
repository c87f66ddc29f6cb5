"""What is right in a scenario and hardly meant, and everything wrong with it in one list: what ``wargame check`` says."""

"""The folder of a sweep: its parts while it is played, its tables when it is done, and what they hold."""

"""Result folders: files read strictly and written whole, whatever they and the folders above them are called."""

"""Files of authors and of the package: where they lie, read strictly, with a place for every value."""

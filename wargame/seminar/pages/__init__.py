"""Views as HTML: templates, words around numbers, geometry of the pictures."""

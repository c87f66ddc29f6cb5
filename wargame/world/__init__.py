"""The modelled world: declared fields in one state array, what an actor may see of it, and orders."""

"""Pages of ensembles, studies, tournaments and of the validation."""

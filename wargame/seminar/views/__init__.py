"""What a seat is shown, made of what its actor may see and of nothing else."""

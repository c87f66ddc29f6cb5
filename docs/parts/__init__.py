"""What the generated parts of the documentation are made of: text from the package, output of its own commands."""

"""What all commands share: options, messages, the standard streams."""

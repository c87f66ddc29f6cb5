"""What the operating system knows: addresses of this computer, memory."""

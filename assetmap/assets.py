"""Assets: the one frame everything else reads."""

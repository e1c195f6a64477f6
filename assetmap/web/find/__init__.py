"""Find: what would help, where, when."""

"""Survey: answers in, safe tables out."""

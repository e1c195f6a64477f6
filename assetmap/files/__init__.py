"""The one opener of anything a person hands over: bytes to text, text to tables."""

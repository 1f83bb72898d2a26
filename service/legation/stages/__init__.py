"""The stages: pure functions of a record and the knowledge files. No I/O, no clock, no randomness, no environment."""

"""The check: questions whose answers lead an employer to an outcome."""

"""Actions that rules create: triggers, creating and resolving, and the daily digest by e-mail."""

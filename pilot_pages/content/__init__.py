"""Loads the initial content of the site from YAML files, into an empty site only."""

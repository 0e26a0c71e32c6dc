"""The site's first content: from files that a person reads and changes, into an empty site only."""

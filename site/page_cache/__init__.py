"""An in-memory cache of public pages, which answers without a database query and is at most two seconds outdated."""

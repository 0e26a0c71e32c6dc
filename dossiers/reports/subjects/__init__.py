"""One module a report: which tables it has, out of figures."""

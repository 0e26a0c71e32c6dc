"""The security headers of responses, by the kind of response."""

"""The headers that tell a browser what an answer may do, by the kind of answer."""

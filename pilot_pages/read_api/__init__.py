"""The read API: what another front end needs to show the whole site. It tells what anybody may read, and no more."""

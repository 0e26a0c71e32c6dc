"""The read API, with all public content that another front end needs to show the site."""

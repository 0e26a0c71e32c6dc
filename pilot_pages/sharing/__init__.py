"""What others get of a page: the map of the site, the card of a link that is shared, data for search engines."""

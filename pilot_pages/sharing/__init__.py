"""Sitemap, preview picture of a shared link, and structured data for search engines."""

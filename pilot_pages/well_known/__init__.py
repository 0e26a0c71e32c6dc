"""The files that programs request from every site: robots.txt, security.txt, the web manifest and the favicon."""

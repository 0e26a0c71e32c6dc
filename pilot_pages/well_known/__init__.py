"""What programs ask of any site: what they may read, whom to tell of a hole in it, and how it looks as an icon."""

"""Pages in other languages: who says that a translation is right, and which ones are behind their original."""

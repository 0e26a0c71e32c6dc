"""How a list is shown: in which columns, under which saved view, and what of it is ticked."""

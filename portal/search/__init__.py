"""One search for all that the reader may open: units and their congresses, plans, members, pages."""

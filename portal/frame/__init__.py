"""How every page is made: its language, its frame, its forms, its lists."""

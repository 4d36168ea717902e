"""Jobs overseen: whoever manages the topmost unit sees what failed, and acts, without seeing what it holds."""

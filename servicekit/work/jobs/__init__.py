"""Work that outlives a request: asked for in the write that needs it, done once, taken over when its worker dies."""

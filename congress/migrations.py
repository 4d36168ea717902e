"""Changes of congress's stored documents that a tolerant reader cannot do without; see servicekit.migrations."""

from servicekit.migrations import Migration

MIGRATIONS: tuple[Migration, ...] = ()

// Replaced by the real files.

"""assetmap: a community's own assets for recovery, found, compared and kept safe."""

"""The durable queue of renders, job states, checkpoints and provenance."""

"""Neural networks, one folder a family, and the registry that finds their weights."""

from engine.models.registry import default, fingerprint, model, models
from engine.models.values import Adaptation, Model

__all__ = ["Adaptation", "Model", "default", "fingerprint", "model", "models"]

"""Access: who may do what, for which purpose."""

from safecity.access.allow import allow
from safecity.access.model import Action, Role
__all__ = ["Action", "Role", "allow"]

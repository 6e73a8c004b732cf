"""Who acts, and for which purpose. Every change names one."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A person, a device or the node itself. `id` is a reference ("person:…", "device:…", "node"), never a name."""

    id: str
    roles: frozenset[str] = frozenset()
    bureau: str | None = None
    purpose: str = "duty"

    def for_purpose(self, purpose: str) -> Actor:
        """The same actor with another purpose, as it will stand in the journal."""
        return replace(self, purpose=purpose)


NODE = Actor(id="node", roles=frozenset({"node"}), purpose="operation")
PUBLIC = Actor(id="public", roles=frozenset({"public"}), purpose="report")

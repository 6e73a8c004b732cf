"""The web: pages for people, an API for programs, sockets for consoles and phones, over the rooms' doorways.

In: a House, filled by app.py.   Out: an ASGI application.
Promise: nobody anonymous sees or does more than the public pages offer; every picture is masked and journalled first;
every refusal is a sentence.
"""

from safecity.web.build import build
from safecity.web.house import City, House, Site

__all__ = ["City", "House", "Site", "build"]

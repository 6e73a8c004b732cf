"""What the pretended cameras see: streets at dusk, drawn from a seed, with people, cars and bags that come and go.

In: a camera's number.   Out: a film of a minute and what is true of it.   Promise: the same number, the same film.
"""

from safecity.simulator.scenes.film import FILM_S, FPS, Coding, Truth, draw_film
from safecity.simulator.scenes.layout import HEIGHT, WIDTH, Layout, layout_of
from safecity.simulator.scenes.visits import Chapter, chapters_of

__all__ = [
    "FILM_S",
    "FPS",
    "HEIGHT",
    "WIDTH",
    "Chapter",
    "Coding",
    "Layout",
    "Truth",
    "chapters_of",
    "draw_film",
    "layout_of",
]

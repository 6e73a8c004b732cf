"""The console and the wall: their pages and their sockets, and the plain pages that do the same by hand."""

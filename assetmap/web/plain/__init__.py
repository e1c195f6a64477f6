"""Pages that are whole as they leave the server: no script is needed to read or use them.

`render` draws a template in the visitor's language with the help lines, the exit and a strict
policy; every page here goes through it. Templates escape what they are given.
"""

from assetmap.web.plain.pages import plain_routes

__all__ = ["plain_routes"]

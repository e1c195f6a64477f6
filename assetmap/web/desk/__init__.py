"""The desk: what staff, stewards and visitors write, as plain pages that work without a script.

`routes` is the one table of its addresses and who may use them, `visit` checks sessions and every
form, `door` is who may write and where links are opened; `tasks` (today, inbox, history),
`listing` and `uploads` are the desk's pages, drawn by `show`; `suggest` is what a visitor sends.
"""

from assetmap.web.desk.routes import desk_routes

__all__ = ["desk_routes"]

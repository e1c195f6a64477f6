"""The desk: what staff, stewards and visitors write, as plain pages that work without a script.

`routes` is the one table of its addresses and who may use them, `visit` opens sessions and checks
every form, `door` is where links are opened; `today`, `inbox`, `listing`, `adding`, `importing`,
`history`, `staff` and `surveys` are the desk's pages, `steward` the one page of a listing's own
people, `suggest` what a visitor sends.
"""

from assetmap.web.desk.routes import desk_routes

__all__ = ["desk_routes"]

"""Everything that knows Streamlit or HTTP.

`routes` serves data and files by URL, `map_view` and `cards` put the map and the result list on
a page, `state` holds the one catalog of the process, `pages` are what people see.
"""

"""Everything that knows Streamlit or HTTP.

To read in this order: `state` holds the catalogs of the process; `asking` makes a question of a
form and `answers` keeps what is found; `card_texts` says it in words. `main` is the app with its
pages (`find`, `gaps`, `survey`, `about`); `plain` and `desk` are pages without a script. `routes`
and `layers` serve data and files by URL; `map_view`, `cards` and `parts` draw inside the app.
`communities`, `site`, `guard`, `start_page`, `uploads`, `fonts` and `packed` wrap every answer.
"""

"""assetmap: what a community has for people in or seeking recovery, found, compared and kept safe.

A file or feed becomes plain columns (`readers`), passes one gate (`assets.check`: repaired, said,
private addresses taken out), and lies in a read-only `Catalog` that `search` asks in three-state
answers. Beside it stand areas and need indicators; `gaps` compares the two without ever merging
them, `siting` says where the next one would help most, and `survey` turns answers into tables
that point at nobody. `web` and `cli` are thin edges over these.

To follow one row from file to map, read in this order:

1. `vocabulary`, `words`, `fields`: what an asset can say, and how it is said
2. `files`: bytes become text, rows, a table
3. `readers` (`table`, `hours`, `hsds` and one module a format): plain columns and problems
4. `assets`: `merging`, then `check` with `draft`, `cells`, `coordinates`, `addresses`, `hiding`,
   which join, read and repair a row and keep it private; `recheck` after one changed
5. `schedule`: times as text, rules and occurrences; `streets`, `places`: where things are
6. `catalog`, then `search` (`query`, `criteria`, `groups`, `reasons`, `understand`)
7. `community`: a folder with all of it; `ledger`: what people said; `sources`: public data
8. `maps`, then `web` (`state`, `routes`, `plain`, `find`, `gaps`, `survey`, `desk`) and `cli`
9. `access`, `indicators`, `areas`, `gaps`, `siting`, `report`, `survey`: the numbers
10. `writers`: giving it back
"""

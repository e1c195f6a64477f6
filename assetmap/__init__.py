"""assetmap: what a community has for people in or seeking recovery, found, compared and kept safe.

A file or feed becomes plain columns (`readers`), passes one gate (`assets.check`: repaired, said,
private addresses taken out), and lies in a read-only `Catalog` that `search` asks in three-state
answers. Beside it stand areas and need indicators; `gaps` compares the two without ever merging
them, `siting` says where the next one would help most, and `survey` turns answers into tables
that point at nobody. `web` and `cli` are thin edges over these.

To follow one row from file to map, read in this order:

1. `vocabulary` and `vocabulary/fields.csv`: what an asset can say
2. `readers` (`source`, `table`), then `draft`, `cells`, `coordinates`, `addresses`, `hiding`: how
   a row is read, repaired and kept private; `assets.check` puts these steps together
3. `schedule`: times as text, rules and occurrences
4. `catalog`, then `search` (`query`, `criteria`, `groups`, `reasons`)
5. `community`: a folder with all of it
6. `maps`, then `web` (`state`, `routes`, `main`, `views`)
7. `access`, `indicators`, `areas`, `gaps`, `siting`, `report`, `survey`: the numbers
8. `writers`, `duplicates`: giving it back, and what two sources have in common
"""

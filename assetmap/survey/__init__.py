"""The survey: answers read from any tool, turned into area tables that point at no one.

Reading order: `codebook` (what was asked), `read` (answers in memory, by way of `sheet`, `tools`
and `identifiers`), `counts` (how many gave each answer, by area), `geography` (which areas may
be shown at all), `block` and `attack` (what a reader of the tables could work out), `protection`
(hiding until nothing can be), `history` (what is out already), `lines` and `release` (the table
everyone sees), `estimates` (how sure the shares are).

Answers stay in memory. Nothing in this package writes a file.
"""

"""The survey: answers read from any tool, turned into area tables that point at no one.

Reading order: `questions` and `codebook` (what was asked, of whom; our own questions), `phrases`
(what forms write for yes, no and nothing), `opened` with `sheet` and `tools` (a file to columns),
`inferring` with `groups` (what columns are when nobody says), `recipe` (that, remembered) and
`decisions` (what a person changed of it), `match`, `given` and `people` (cells to answers),
`identifiers`, `waves`, `read`, `answers` (answers in memory, and whose they are). Then `counts`
(how many gave each answer, by area, and who is inside whom), `geography` (which areas may be shown
at all), `block` and `attack` (what a reader of the tables could work out), `protection` (hiding
until nothing can be), `history` (what is out already), `lines` and `release` (the table everyone
sees, made public), `estimates` (how sure the shares are), `need_indicators` (shares for the gaps).

Answers stay in memory. Nothing in this package writes a file.
"""

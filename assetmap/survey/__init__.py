"""The survey: answers read from any tool, turned into area tables that point at no one.

Reading order: `questions`, `codebook` and `forms` (what was asked), `phrases` (what forms write
for yes, no and nothing), `exports` and `tools` (a file to columns), `inferring` with `groups` and
`joined` (what columns are when nobody says), `recipe` (that, remembered), `match` and `people`
(cells to answers), `identifiers`, `ages`, `dates`, `waves`, `read` (answers in memory). Then
`counts` (how many gave each answer, by area), `geography` (which areas may be shown at all),
`nesting` (whose people are among whose), `block` and `attack` (what a reader of the tables could
work out), `protection` (hiding until nothing can be), `history` (what is out already), `lines` and
`release` (the table everyone sees), `publish` (that table made public), `estimates` (how sure the
shares are), `question_set` (our own questions).

Answers stay in memory. Nothing in this package writes a file.
"""

"""Models, migrations, catalogue and snapshot: four truths about one schema, and what tells them apart.

`engine.verify` is the door. Below it: `expected` has PostgreSQL itself make what models and migrations say,
in schemas that are rolled back; `reader` reads those and the live ones by the same queries; `compare` is pure
and finds; `repairs` writes the SQL of a finding; `snapshot` is the committed copy; `rows` recomputes blind
indexes.
"""

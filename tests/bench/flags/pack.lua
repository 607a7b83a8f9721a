return pack { name = "flags", version = "1.0.0", api = 1, licence = "GPL-3.0-or-later", authors = { "muster" },
  about = "The six flags of the bench against DuckDB, Polars and data.table, and nothing else: no evidence, no plans." }

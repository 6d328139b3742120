"""Which tables, views and columns of a published file explain nothing to their reader.

Belongs here: the one query for it, run by the gate and by publishing. Does not: any comment.
"""

from __future__ import annotations

MISSING_COMMENTS = """
    select table_schema || '.' || table_name as without_comment
    from information_schema.tables
    where table_catalog = current_database()
        and table_schema in ('facts', 'marts', 'meta')
        and coalesce(trim(table_comment), '') = ''
    union all
    select schema_name || '.' || table_name || '.' || column_name
    from duckdb_columns()
    where database_name = current_database()
        and schema_name in ('facts', 'marts', 'meta')
        and coalesce(trim(comment), '') = ''
    order by without_comment"""
"""One column, `without_comment`: schema.table or schema.table.column, in order."""

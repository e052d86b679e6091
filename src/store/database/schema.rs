//! Which tables and columns a database has.
//!
//! Releases add columns and, before schema 14, named two tables differently. A reader asks for the
//! columns that it knows and gets NULL for those that are not there, so that one statement serves
//! every release.

use rusqlite::Connection;

/// A table as this database has it.
#[derive(Debug, Clone)]
pub(super) struct Table {
    name: &'static str,
    columns: Vec<String>,
}

impl Table {
    /// Looks a table up; `None` when there is none, or when it lacks a column that must be there.
    ///
    /// A view or a virtual table of that name is none: OpenClaw makes neither, and a query over one
    /// can take for ever. Both have no page of their own.
    pub(super) fn find(
        connection: &Connection,
        name: &'static str,
        needed: &[&str],
    ) -> rusqlite::Result<Option<Self>> {
        let mut statement = connection.prepare(
            "SELECT name FROM pragma_table_info(?1) WHERE EXISTS (SELECT 1 FROM sqlite_schema
             WHERE type = 'table' AND rootpage > 0 AND sqlite_schema.name = ?1 COLLATE NOCASE)",
        )?;
        let columns: Vec<String> =
            statement.query_map([name], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let table = Self { name, columns };
        let usable = !table.columns.is_empty() && needed.iter().all(|column| table.has(column));
        Ok(usable.then_some(table))
    }

    /// Looks a table up under its present name, then under the one that it had before schema 14.
    pub(super) fn find_any(
        connection: &Connection,
        names: [&'static str; 2],
        needed: &[&str],
    ) -> rusqlite::Result<Option<Self>> {
        for name in names {
            if let Some(table) = Self::find(connection, name, needed)? {
                return Ok(Some(table));
            }
        }
        Ok(None)
    }

    /// Tells whether there is such a column.
    pub(super) fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|name| name == column)
    }

    /// A column's name, or NULL when this release has none of that name.
    pub(super) fn column<'a>(&self, column: &'a str) -> &'a str {
        if self.has(column) { column } else { "NULL" }
    }

    /// The list of columns of a SELECT, in the given order, NULL for those that are missing.
    pub(super) fn columns(&self, names: &[&str]) -> String {
        let columns: Vec<&str> = names.iter().map(|name| self.column(name)).collect();
        columns.join(", ")
    }

    /// The table's name.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }
}

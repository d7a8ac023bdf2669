//! The interned shapes of plain objects (lib/internal/values/shapes.js): key lists by number, for all threads.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// A full table keeps what it has; further shapes are written out with each object.
const MAX_SHAPES: usize = 4096;
const MAX_SHAPE_BYTES: usize = 4096;

#[derive(Default)]
struct Table {
    ids: HashMap<Arc<str>, u32>,
    definitions: Vec<Arc<str>>,
}

/// See the module's text. Numbers are never given up: they are in the bytes of messages.
pub struct Shapes {
    table: RwLock<Option<Table>>,
}

impl Shapes {
    /// An empty table.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            table: RwLock::new(None),
        }
    }

    /// The number of a definition, given now if it is new. None if it is too long or the table is full.
    pub fn intern(&self, definition: &str) -> Option<u32> {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        let table = table.get_or_insert_default();
        if let Some(id) = table.ids.get(definition) {
            return Some(*id);
        }
        if definition.len() > MAX_SHAPE_BYTES || table.definitions.len() >= MAX_SHAPES {
            return None;
        }
        let id = u32::try_from(table.definitions.len()).ok()?;
        let definition: Arc<str> = definition.into();
        table.definitions.push(Arc::clone(&definition));
        table.ids.insert(definition, id);
        Some(id)
    }

    /// The definition that was given this number.
    pub fn definition(&self, id: u32) -> Option<Arc<str>> {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        table.as_ref()?.definitions.get(id as usize).cloned()
    }
}

impl Default for Shapes {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_SHAPE_BYTES, MAX_SHAPES, Shapes};

    #[test]
    fn a_definition_has_one_number_and_a_full_table_keeps_them() {
        let shapes = Shapes::new();
        assert_eq!(shapes.intern("a"), Some(0));
        assert_eq!(shapes.intern("b"), Some(1));
        assert_eq!(shapes.intern("a"), Some(0));
        assert_eq!(shapes.definition(1).as_deref(), Some("b"));
        assert_eq!(shapes.definition(2), None);
        assert_eq!(shapes.intern(&"x".repeat(MAX_SHAPE_BYTES + 1)), None);
        for at in 0..MAX_SHAPES * 2 {
            shapes.intern(&at.to_string());
        }
        assert_eq!(shapes.intern("one more"), None);
        assert_eq!(shapes.intern("b"), Some(1));
    }
}
